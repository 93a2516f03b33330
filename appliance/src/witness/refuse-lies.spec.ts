import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { evidenceRequest } from '@countersign/shared/contracts';
import { canonicalString, nodeEd25519 } from '@countersign/shared/crypto';
import { naclEd25519 } from '@countersign/shared/crypto/portable';
import { AppError, type ErrorKind } from '@countersign/shared/kernel';
import { signCheckpoint } from '@countersign/shared/ledger';
import type { IncidentReport, ReportOptions } from '../client/report-incident.ts';
import { signer } from '../testing/sample-box.ts';
import { createSampleLedger, ledgerKey, ledgerSigner, origin, type SampleLedger } from '../testing/sample-ledger.ts';
import { checkInWith, cosignedAt, openSampleWitness } from '../testing/sample-witness.ts';
import type { RefusalStatement } from './describe-refusal.ts';
import type { LieReason } from './judge-answer.ts';
import type { ShownLedger } from './read-answer.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-witness-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = () => join(root, String((folders += 1)));
const stranger = naclEd25519.createSigner('66'.repeat(32));
const seenSize = 30;

/** A witness that has seen 30 entries, the honest ledger, which has 70 by now, and a second history of as many. */
async function witnessOf30() {
  const [folder, honest] = [newFolder(), createSampleLedger()];
  honest.grow(seenSize - 10);
  const forked = honest.fork();
  honest.grow(10);
  forked.grow(10, 'rewritten');
  const witness = await openSampleWitness(folder);
  await checkInWith(witness, honest.answer);
  for (const ledger of [honest, forked]) ledger.grow(40);
  return { folder, witness, honest, forked };
}

interface Histories {
  honest: SampleLedger;
  forked: SampleLedger;
}
const shown = (checkpoint: string | null, consistency: string[] | null = []): ShownLedger => ({
  checkpoint,
  consistency,
  cosignature: 'none',
});
const flip = (note: string, at: number) => note.slice(0, at) + (note[at] === 'A' ? 'B' : 'A') + note.slice(at + 1);

const lies: [string, LieReason, (histories: Histories) => Promise<ShownLedger> | ShownLedger][] = [
  [
    'a second history of the same size, signed by the real key',
    'SPLIT_VIEW',
    ({ forked }) => shown(forked.checkpoint(30)),
  ],
  ['a longer second history with its own honest proof', 'BAD_PROOF', ({ forked }) => forked.answer(seenSize)],
  ['an older head', 'ROLLED_BACK', ({ honest }) => shown(honest.checkpoint(29), null)],
  [
    'an older head with a proof',
    'ROLLED_BACK',
    async ({ honest }) => shown(honest.checkpoint(8), await honest.consistency(8)),
  ],
  ['an empty ledger', 'ROLLED_BACK', () => shown(createSampleLedger().checkpoint(), null)],
  ['no checkpoint any more', 'ROLLED_BACK', () => shown(null, null)],
  ['the key of somebody else', 'BAD_SIGNATURE', ({ honest }) => shown(honest.checkpoint(70, stranger))],
  [
    'another origin under the real key',
    'BAD_SIGNATURE',
    ({ honest }) => {
      const root32 = new Uint8Array(32).fill(honest.size % 256);
      return shown(signCheckpoint({ origin: 'other.example/log', size: 70, root: root32 }, ledgerSigner));
    },
  ],
  ['a changed root', 'BAD_SIGNATURE', ({ honest }) => shown(flip(honest.checkpoint(), origin.length + 6))],
  ['no note at all', 'BAD_SIGNATURE', () => shown('\ud800\0<html>')],
  ['no proof', 'BAD_PROOF', ({ honest }) => shown(honest.checkpoint(), null)],
  ['an empty proof', 'BAD_PROOF', ({ honest }) => shown(honest.checkpoint(), [])],
  [
    'a proof from another size',
    'BAD_PROOF',
    async ({ honest }) => shown(honest.checkpoint(), await honest.consistency(29)),
  ],
  [
    'a proof that is too long',
    'BAD_PROOF',
    async ({ honest }) => {
      const proof = await honest.consistency(seenSize);
      return shown(honest.checkpoint(), [...proof, proof[0]!]);
    },
  ],
  [
    'a proof of other hashes',
    'BAD_PROOF',
    async ({ honest }) => {
      const [first, ...rest] = await honest.consistency(seenSize);
      return shown(honest.checkpoint(), [flip(first!, 3), ...rest]);
    },
  ],
  ['a proof that is no base64', 'BAD_PROOF', ({ honest }) => shown(honest.checkpoint(), ['\ud800\0', '='])],
  [
    'a proof of a million hashes',
    'BAD_PROOF',
    ({ honest }) => shown(honest.checkpoint(), Array(1e6).fill('A'.repeat(43) + '=')),
  ],
];

/** A server that takes what is handed in, or says this. */
function openDesk(failure?: ErrorKind) {
  const [evidence, incidents]: [string[], { report: IncidentReport; options: ReportOptions }[]] = [[], []];
  const desk = { failure };
  const take = async <T>(list: T[], item: T) => {
    list.push(item);
    if (desk.failure !== undefined) throw new AppError('GATEWAY.SAYS_NO', desk.failure, 'no');
  };
  const way = {
    submit: (text: string) => take(evidence, text),
    reportIncident: (report: IncidentReport, options: ReportOptions) => take(incidents, { report, options }),
  };
  return { desk, way, evidence, incidents };
}

describe('a witness that is shown', () => {
  it.each(lies)('%s refuses it as %s, keeps what it has seen and cosigns nothing else', async (_, reason, answer) => {
    const { folder, witness, honest, forked } = await witnessOf30();
    const lied = await answer({ honest, forked });
    await checkInWith(witness, () => lied);
    expect(witness.state()).toMatchObject({ status: 'refusing', size: seenSize, refusals: [{ reason, seenSize }] });

    const restarted = await openSampleWitness(folder);
    expect(restarted.state()).toMatchObject({ status: 'refusing', size: seenSize });
    const { report } = (await restarted.ask())!;
    expect(report.seen_size).toBe(seenSize);
    expect(cosignedAt(report.cosignature, honest.checkpoint(seenSize))).toBeDefined();
    // The truth, when it is shown again, is taken.
    await checkInWith(restarted, honest.answer);
    expect(restarted.state()).toMatchObject({ status: 'watching', size: 70, refusals: [{ reason }] });
  });

  it.each(lies)('%s says so as signed evidence and calls a person', async (_, reason, answer) => {
    const { witness, honest, forked } = await witnessOf30();
    const lied = await answer({ honest, forked });
    await checkInWith(witness, () => lied);
    const { way, evidence, incidents } = openDesk();
    await witness.handIn(way);
    expect(witness.state().refusals).toMatchObject([{ isDelivered: true }]);

    expect(evidence[0]!.length).toBeLessThan(200 * 1024);
    expect(evidence[0]).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    const bundle = evidenceRequest.parse(JSON.parse(evidence[0]!));
    expect(bundle).toMatchObject({ outcome: 'rejected', check_type: 'ledger:split-view', error: reason });
    expect(bundle['trace_id']).toBe('ab'.repeat(16));
    const { refusal, refusal_signature, public_key } = bundle.post_state as Record<string, string> & {
      refusal: RefusalStatement;
    };
    expect(public_key).toBe(signer.publicKey);
    expect(nodeEd25519.verify(canonicalString(refusal), refusal_signature!, signer.publicKey)).toBe(true);
    expect(refusal).toMatchObject({
      kind: 'ledger-refusal',
      reason,
      site_id: 'clinic-7',
      host_id: 'box-1',
      ledger_key: ledgerKey,
      seen_checkpoint: honest.checkpoint(seenSize),
    });
    if (reason === 'SPLIT_VIEW' || reason === 'ROLLED_BACK') expect(refusal.shown_checkpoint).toBe(lied.checkpoint);

    expect(incidents).toMatchObject([
      {
        report: {
          incident_type: 'ledger_split_view',
          severity: 'critical',
          check_type: 'ledger:split-view',
          details: { reason, seen_size: seenSize, bundle_id: bundle.bundle_id },
        },
      },
    ]);
  });

  it('the same lie at every check-in, growing, says it once; another kind of lie is said too', async () => {
    const { folder, witness, forked } = await witnessOf30();
    const { way, evidence, incidents } = openDesk();
    for (let turn = 0; turn < 4; turn += 1) {
      forked.grow(1);
      const box = turn === 2 ? await openSampleWitness(folder) : witness;
      await checkInWith(box, forked.answer);
      await box.handIn(way);
    }
    expect([evidence.length, incidents.length]).toEqual([1, 1]);
    await checkInWith(witness, () => shown(null, null));
    await witness.handIn(way);
    expect([evidence.length, incidents.length]).toEqual([2, 2]);
    expect(readdirSync(join(folder, 'refusals'))).toHaveLength(2);
  });

  it.each(['unavailable', 'rate-limited', 'unauthenticated', 'forbidden', 'not-found'] as const)(
    'a lie hands in the very same bytes until the server no longer says "%s"',
    async (kind) => {
      const { folder, witness, forked } = await witnessOf30();
      await checkInWith(witness, forked.answer);
      const { desk, way, evidence, incidents } = openDesk(kind);
      await witness.handIn(way);
      expect(witness.state().refusals).toMatchObject([{ isDelivered: false }]);
      const restarted = await openSampleWitness(folder);
      desk.failure = undefined;
      await restarted.handIn(way);
      await restarted.handIn(way);
      expect(restarted.state().refusals).toMatchObject([{ isDelivered: true }]);
      expect([evidence.length, new Set(evidence).size]).toEqual([2, 1]);
      expect(new Set(incidents.map(({ options }) => options.idempotencyKey)).size).toBe(1);
    },
  );

  it('a lie keeps what the server refuses for good for a person', async () => {
    const { folder, witness, forked } = await witnessOf30();
    await checkInWith(witness, forked.answer);
    const { way, evidence } = openDesk('unprocessable');
    await witness.handIn(way);
    await witness.handIn(way);
    expect(evidence).toHaveLength(1);
    const [file] = readdirSync(join(folder, 'refusals'));
    expect(readFileSync(join(folder, 'refusals', file!), 'utf8')).toContain('undeliverable: GATEWAY.SAYS_NO');
  });

  it('a lie at its very first check-in refuses that too', async () => {
    const witness = await openSampleWitness(newFolder());
    await checkInWith(witness, () => shown(createSampleLedger(['a']).checkpoint(1, stranger)));
    expect(witness.state()).toMatchObject({
      status: 'refusing',
      size: 0,
      refusals: [{ reason: 'BAD_SIGNATURE', seenSize: 0 }],
    });
    expect((await witness.ask())!.report).toEqual({ seen_size: 0, cosignature: null });
  });
});
