import { naclEd25519 } from '@countersign/shared/crypto/portable';
import { openCheckpoint, verifyCosignature, witnessName } from '@countersign/shared/ledger';
import { signEvidence } from '../evidence/sign-evidence.ts';
import { openWitness, type Witness, type WitnessOptions, type WitnessStores } from '../witness/create-witness.ts';
import type { ShownLedger } from '../witness/read-answer.ts';
import { signer } from './sample-box.ts';
import { ledgerKey, ledgerSigner, origin } from './sample-ledger.ts';
import { now } from './sample-order.ts';

/** The witness of the sample box, on a folder; a second one on the same folder is a restart. */
export function openSampleWitness(
  folder: string,
  changes: Partial<WitnessOptions> = {},
  wrap?: (stores: WitnessStores) => WitnessStores,
): Promise<Witness> {
  const clock = changes.clock ?? { now: () => now };
  const options = {
    siteId: 'clinic-7',
    hostId: 'box-1',
    policyVersion: '1.0',
    folder,
    signer,
    clock,
    ed25519: naclEd25519,
    longestSilenceMs: 24 * 3_600_000,
    fetchKey: async () => ledgerKey,
    sign: (bundle: Parameters<typeof signEvidence>[0]) => signEvidence(bundle, signer),
    ...changes,
  };
  return openWitness(options, wrap);
}

/** One check-in with a server that answers so; the report that the box made with it. */
export async function checkInWith(
  witness: Pick<Witness, 'ask' | 'learn'>,
  answer: (seenSize: number) => Promise<ShownLedger | null> | ShownLedger | null,
) {
  const question = await witness.ask();
  const ledger = await answer(question!.report.seen_size);
  await witness.learn(question, { status: 'ok', ledger }, 'ab'.repeat(16));
  return question!.report;
}

/** Whether a line is the box's cosignature of this note; its time then. */
export function cosignedAt(line: string | null | undefined, note: string): number | undefined {
  const { text } = openCheckpoint(note, { origin, publicKey: ledgerSigner.publicKey });
  const witness = { name: witnessName(signer.publicKey), publicKey: signer.publicKey };
  return verifyCosignature(line ?? '', text, witness)?.time;
}
