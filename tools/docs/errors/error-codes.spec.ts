import { errorCatalog, type ErrorContract } from '@countersign/shared/contracts';
import { statusOfKind as givenByHttp } from '@countersign/shared/http';
import { describe, expect, it } from 'vitest';
import { renderErrorPage } from './render-error-page.ts';
import { statusOfKind } from './status-of-kind.ts';
import { findThrownCodes, findUnreadable } from './thrown-codes.ts';

/** Codes that no caller of the gateway meets, with the place where they end. */
const internal: Record<string, string> = {
  'CONFIG.INVALID': 'the process does not start',
  'CRYPTO.BAD_SEED': 'the process does not start',
  'CRYPTO.NO_SIGNING_KEY': 'the process does not start',
  'CRYPTO.NOT_CANONICAL': 'what the strict JSON reader lets through is canonical',
  'KEYS.ENROLLED': '`npm run keys` prints it',
  'KEYS.NAME_AMBIGUOUS': '`npm run keys` prints it',
  'KEYS.NOT_FOUND': '`npm run keys` prints it',
  'KEYS.PRINCIPAL_NOT_FOUND': '`npm run keys` prints it',
  'KEYS.SECRET_MISSING': '`npm run keys` prints it',
  'KEYS.NOBODY_SIGNS': '`npm run keys` prints it',
  'KEYS.NOT_NOTICED': '`npm run keys` prints it',
  'KEYS.ROTATION_UNDER_WAY': '`npm run keys` prints it',
  'KEYS.SITE_MISSING': '`npm run keys` prints it',
  'KEYS.SUBJECT_TAKEN': '`npm run keys` prints it',
  'LEDGER.AUTHORITY_UNAVAILABLE': 'the timestamper tries again',
  'LEDGER.BAD_EVENT': 'a dead letter carries it',
  'LEDGER.BAD_LEAF': 'the rebuild prints it',
  'LEDGER.LEAF_TOO_LARGE': 'a dead letter carries it',
  'LEDGER.NOT_PROVED': 'the rebuild prints it',
  'LEDGER.NO_TRUSTED_AUTHORITY': 'the process does not start',
  'LEDGER.REBUILD_REFUSED': 'the rebuild prints it',
  'LEDGER.ROLLED_BACK': 'the process ends',
  'LEDGER.TIMESTAMP_REFUSED': 'the timestamper logs it',
  'LEDGER.VAULT_DAMAGED': 'the rebuild prints it',
  'LEDGER.WOULD_LOSE': 'the rebuild prints it',
  'MESSAGING.POISON': 'a dead letter carries it',
  'ORDERS.KEY_RETIRED': 'the process does not start',
  'ORDERS.NO_SIGNING_KEY': 'the consumer gives its messages back, and another process takes them',
  'RUNBOOKS.CATALOGUE_INVALID': 'the process does not start',
  'RUNBOOKS.CATALOGUE_UNREADABLE': 'the process does not start',
  'RUNBOOKS.VERSION_REUSED': 'the process does not start',
  'VAULT.BAD_KEY': 'the sealer logs it and tries again',
  'VAULT.LOCK_OFF': 'the process does not start',
  'VAULT.NOT_CONFIGURED': 'the process does not start',
  'VAULT.OBJECT_EXISTS': 'the sealer logs it and tries again',
  'VAULT.OBJECT_NOT_FOUND': 'whoever reads the vault by hand',
  'VAULT.READ_BACK_MISMATCH': 'the sealer logs it and tries again',
  'VAULT.RETENTION_SHORTENED': 'the caller gets EVIDENCE.RETENTION_SHORTENED',
};

/**
 * Forms that the scan does not read: an error that was received, one from the table of its own file, and the ledger
 * room's, which end with whoever verifies.
 */
const readElsewhere = [
  'libs/shared/src/kernel/wire-error.ts',
  'libs/shared/src/ledger/ledger-error.ts',
  'services/evidence/src/domain/evidence-errors.ts',
];

const catalog: Record<string, ErrorContract> = errorCatalog;
const thrown = findThrownCodes();

describe('the error catalogue', () => {
  it('knows every code that a caller can meet', () => {
    const unknown = thrown.filter(({ code }) => !Object.hasOwn(catalog, code) && !Object.hasOwn(internal, code));
    expect(unknown).toEqual([]);
  });

  it('says the kind that the code is raised with', () => {
    const differing = thrown.filter(({ code, kind }) => Object.hasOwn(catalog, code) && catalog[code]!.kind !== kind);
    expect(differing).toEqual([]);
  });

  it('holds no code that nobody raises', () => {
    const raised = new Set(thrown.map(({ code }) => code));
    expect(Object.keys(catalog).filter((code) => !raised.has(code))).toEqual(['INTERNAL.UNEXPECTED']);
    expect(Object.keys(internal).filter((code) => !raised.has(code))).toEqual([]);
  });

  it('is compared with every place that raises a failure', () => {
    expect(findUnreadable().filter((file) => !readElsewhere.includes(file))).toEqual([]);
  });
});

describe('the page about errors', () => {
  it('gives the status that the gateway gives', () => {
    expect(statusOfKind).toEqual({ ...givenByHttp, unexpected: 500 });
  });

  it('has one heading per code, in the order of the catalogue', () => {
    const headings = [...renderErrorPage().matchAll(/^## (.+)$/gm)].map(([, code]) => code);
    expect(headings).toEqual(Object.keys(catalog));
  });
});
