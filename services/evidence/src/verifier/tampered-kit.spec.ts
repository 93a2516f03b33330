import { beforeAll, describe, expect, it } from 'vitest';
import { openLedgerKey } from '../domain/ledger-key.ts';
import {
  alterKit,
  failingChecks,
  type Files,
  problemsOf,
  putText,
  signAnew,
  textOf,
  zipOf,
} from '../features/export-kit/alter-kit.ts';
import {
  sampleKit,
  sampleKnown as known,
  SampleLedger,
  sampleParties,
  tellKit,
} from '../features/export-kit/sample-kit.ts';
import type { CheckName } from './verdict.ts';
import { verifyKitZip } from './verify-kit.ts';

const parties = sampleParties();
const strangerKey = openLedgerKey('55'.repeat(32), 'ledger.example/log');

let ledger: SampleLedger;
let kit: Uint8Array;

beforeAll(async () => {
  ({ ledger, kit } = await tellKit(4, parties));
});

describe('a kit that somebody without the key changed', () => {
  it.each<[string, (files: Files) => void, CheckName[], string]>([
    [
      'a file is deleted',
      (f) => f.delete('bundles/000000002.json'),
      ['manifest', 'bundles', 'derived'],
      'bundles/000000002.json: it is missing',
    ],
    [
      'a file is added',
      (f) => putText(f, 'leaves/000000000099.txt', 'x'),
      ['manifest', 'derived'],
      'leaves/000000000099.txt: it is not in the manifest: it was added',
    ],
    [
      'a letter of a bundle is changed',
      (f) => putText(f, 'bundles/000000002.json', textOf(f, 'bundles/000000002.json').replace('success', 'failure')),
      ['manifest', 'bundles', 'derived'],
      'bundles/000000002.json: its content was changed',
    ],
    [
      'two bundles change places',
      (f) => {
        const [a, b] = [f.get('bundles/000000001.json')!, f.get('bundles/000000002.json')!];
        f.set('bundles/000000001.json', b).set('bundles/000000002.json', a);
      },
      ['manifest', 'bundles'],
      'bundles/000000001.json: it',
    ],
    [
      'two leaves change places',
      (f) => {
        const [a, b] = [f.get('leaves/000000000003.json')!, f.get('leaves/000000000004.json')!];
        f.set('leaves/000000000003.json', b).set('leaves/000000000004.json', a);
      },
      ['manifest', 'leaves'],
      'leaves/000000000003.json: it',
    ],
    [
      'the report is beautified',
      (f) => putText(f, 'report.html', textOf(f, 'report.html').replace('resolved', 'Resolved')),
      ['manifest', 'derived'],
      'report.html: its content was changed',
    ],
    [
      'the verifier is exchanged',
      (f) => putText(f, 'verify.mjs', 'console.log("all is well")'),
      ['manifest'],
      'verify.mjs: it has 26 bytes',
    ],
    [
      'the manifest is written anew',
      (f) => {
        putText(f, 'coverage.json', '{}\n');
        const old = textOf(f, 'manifest.sig');
        signAnew(f, strangerKey);
        putText(f, 'manifest.sig', old);
      },
      ['manifest', 'derived'],
      'manifest.json: it is not the manifest that was signed',
    ],
    [
      'the manifest is signed with another key of the same name',
      (f) => signAnew(f, strangerKey),
      ['manifest'],
      'manifest.sig: the ledger’s key has not signed it',
    ],
    [
      'the range of the manifest is another',
      (f) => putText(f, 'manifest.json', textOf(f, 'manifest.json').replace('2026-11-22T10', '2026-11-22T11')),
      ['manifest', 'derived'],
      'manifest.json: it is not the manifest that was signed',
    ],
  ])('%s: fails and says where', async (_what, change, checks, first) => {
    const verdict = verifyKitZip(await zipOf(alterKit(kit, change)), known);
    expect(verdict.outcome).toBe('fails');
    expect(failingChecks(verdict)).toEqual(expect.arrayContaining(checks));
    expect(problemsOf(verdict, 'manifest').join('\n')).toContain(first);
  });

  it('is of another ledger: fails by the key that the auditor knows, whole as it is', async () => {
    const forged = await sampleKit(ledger, parties.siteId, { key: strangerKey });
    expect(verifyKitZip(forged)).toMatchObject({ outcome: 'holds', key: { verifier_key: strangerKey.verifierKey } });
    const verdict = verifyKitZip(forged, known);
    expect(failingChecks(verdict)).toEqual(['manifest', 'key', 'checkpoint']);
    expect(problemsOf(verdict, 'key')[0]).toContain('the kit is of another ledger');
  });
});
