import { sha256Hex } from '@countersign/shared/crypto';
import { parseCheckpoint } from '@countersign/shared/ledger';
import { describe, expect, it } from 'vitest';
import { certificateJson, type RebuildCertificate, renderCertificate } from './certificate.ts';

const table = { name: 'bundles', notCompared: [], after: { rows: 3, sha256: 'a' } };
const certificate: RebuildCertificate = {
  kind: 'rebuild',
  machine: 'here',
  startedAt: '2026-11-21T10:00:00.000Z',
  finishedAt: '2026-11-21T10:00:02.000Z',
  ledger: { origin: 'o', verifierKey: 'k', size: 7, root: 'cm9vdA==', leaves: 7, leavesByType: { x: 7 } },
  vault: { scheme: 'file', checkpoints: 2, tiles: 0, objects: 3, timestamps: 0 },
  chains: { sites: 1, links: 3 },
  tables: [{ ...table, before: { rows: 3, sha256: 'a' }, differences: null }],
  notRebuilt: [{ table: 'outbox', before: null, after: 0 }],
  lost: [],
  incomplete: [],
  adopted: [],
  moved: [],
  rechained: [],
  keptSchema: null,
};

describe('the certificate of a rebuild', () => {
  it('is no checkpoint, whatever it is about: it is signed with the same key', () => {
    expect(() => parseCheckpoint(renderCertificate({ ...certificate, machine: 'o\n7\ncm9vdA==\n' }))).toThrow();
  });

  it('names the digest of everything that it leaves out', () => {
    const lost = Array.from({ length: 100 }, (_, at) => ({ kind: 'leaf', id: `e-${at}`, detail: '' }));
    const text = renderCertificate({ ...certificate, lost });
    expect(text).toContain('  leaf e-39\n  and 60 more, in the JSON\n');
    expect(text).toContain(sha256Hex(certificateJson({ ...certificate, lost })));
  });

  it('says of a table whether it is as it was', () => {
    expect(renderCertificate(certificate)).toContain('bundles: 3 a: equal\n');
    const changed = { ...table, before: { rows: 4, sha256: 'b' }, differences: { onlyBefore: 2, onlyAfter: 1 } };
    expect(renderCertificate({ ...certificate, tables: [changed] })).toContain(
      'bundles: 3 a: before: 4 b (2 rows only before, 1 only after)\n',
    );
    expect(renderCertificate({ ...certificate, tables: [{ ...table, before: null, differences: null }] })).toContain(
      'bundles: 3 a: was not there\n',
    );
  });

  it('has one line for an id with line breaks in it', () => {
    const lost = [{ kind: 'leaf', id: 'e\n\n— o signature', detail: '' }];
    expect(renderCertificate({ ...certificate, lost })).toContain('\n  leaf e??— o signature\n');
  });
});
