import { join } from 'node:path';
import type { EvidenceRequest, WitnessReport } from '@countersign/shared/contracts';
import type { Ed25519, Signer } from '@countersign/shared/crypto/portable';
import { type Clock, newId } from '@countersign/shared/kernel';
import { cosign, openCheckpoint, type SignedCheckpoint, witnessName } from '@countersign/shared/ledger';
import { makePrivateFolder } from '../state/durable-file.ts';
import { type CheckpointStore, openCheckpointStore, storeDamaged } from './checkpoint-store.ts';
import { describeRefusal } from './describe-refusal.ts';
import { handInRefusals, type HandInOptions, isWaiting } from './hand-in-refusals.ts';
import { judgeAnswer, type Judgement } from './judge-answer.ts';
import { type PinnedKey, pinKey } from './pinned-key.ts';
import { readShownLedger, type ShownLedger } from './read-answer.ts';
import { openRefusalJournal, type RefusalJournal, refusalKey } from './refusal-journal.ts';
import { openSilenceWatch } from './silence-watch.ts';
import type { WitnessState } from './witness-state.ts';

export interface WitnessOptions {
  siteId: string;
  hostId: string;
  policyVersion: string;
  /** The witness's part of the state folder. */
  folder: string;
  signer: Signer;
  clock: Clock;
  ed25519: Ed25519;
  /** The vkey of the settings, when there is one. */
  ledgerKey?: string | undefined;
  /** How long the ledger may be silent. */
  longestSilenceMs: number;
  fetchKey: () => Promise<string | undefined>;
  sign: (bundle: EvidenceRequest) => string;
}

/** What one check-in says of the ledger, and what it stands on. */
export interface WitnessQuestion {
  report: WitnessReport;
  key: PinnedKey;
  /** What the answer will be held against. */
  seen: SignedCheckpoint | undefined;
  step: number;
}

export interface Witness {
  /** For the next check-in; undefined: there is no key yet to verify an answer with. */
  ask: () => Promise<WitnessQuestion | undefined>;
  /** Takes the answer (the whole body) to a question. Whatever it says, what was seen before never gets less. */
  learn: (question: WitnessQuestion | undefined, body: unknown, traceId: string | null) => Promise<void>;
  /** Hands in what was refused and still waits. */
  handIn: (way: Omit<HandInOptions, 'journal'>) => Promise<void>;
  state: () => WitnessState;
}

/** Stores that specs may replace, to end the process within them. */
export interface WitnessStores {
  checkpoints: CheckpointStore;
  refusals: RefusalJournal;
}

/**
 * Watches the ledger with each check-in. What holds is on disk before this box says that it saw it; what does not hold
 * changes nothing but the list of refusals.
 *
 * Throws AppError `APPLIANCE.WITNESS_DAMAGED` or `APPLIANCE.BAD_SETTING` (invalid).
 */
export async function openWitness(
  options: WitnessOptions,
  wrap: (stores: WitnessStores) => WitnessStores = (stores) => stores,
): Promise<Witness> {
  const { folder, signer, clock, ed25519, ledgerKey, fetchKey } = options;
  await makePrivateFolder(folder);
  const { checkpoints, refusals } = wrap({
    checkpoints: await openCheckpointStore(join(folder, 'checkpoints')),
    refusals: await openRefusalJournal(join(folder, 'refusals')),
  });
  const silence = await openSilenceWatch(join(folder, 'heard'), clock, options.longestSilenceMs);
  const name = witnessName(signer.publicKey);
  const pin = (ask: typeof fetchKey) => pinKey({ folder, configured: ledgerKey, fetchKey: ask, ed25519 });

  let key = await pin(async () => undefined);
  let newest: { step: number; seen: SignedCheckpoint | undefined } = { step: 0, seen: undefined };
  /** The text whose cosignature the server has. */
  let kept: string | undefined;
  let last: Judgement['kind'] | undefined;

  /** From the disk each time: another process may have gone on. */
  async function look(by: PinnedKey): Promise<typeof newest> {
    const found = await checkpoints.newest();
    if (found === undefined) return (newest = { step: 0, seen: undefined });
    if (found.note === newest.seen?.note) return (newest = { ...newest, step: found.step });
    try {
      return (newest = { step: found.step, seen: openCheckpoint(found.note, by) });
    } catch (cause) {
      throw storeDamaged(folder, cause);
    }
  }
  if (key !== undefined) await look(key);
  if (refusals.list().some(({ seenSize }) => seenSize === (newest.seen?.size ?? 0))) last = 'lie';

  async function refuse(question: WitnessQuestion, shown: ShownLedger, lie: Judgement, traceId: string | null) {
    if (lie.kind !== 'lie') return;
    const { seen, key: by } = question;
    const at = clock.now();
    const described = describeRefusal(
      { ...options, ...lie, seen, shown, ledgerKey: by.verifierKey, at, traceId },
      signer,
    );
    await refusals.record({
      key: refusalKey(seen?.size ?? 0, lie.reason),
      reason: lie.reason,
      seenSize: seen?.size ?? 0,
      at: at.toISOString(),
      evidence: options.sign(described.bundle),
      evidenceState: 'waiting',
      incident: described.incident,
      incidentKey: newId(),
      incidentState: 'waiting',
    });
  }

  return {
    async ask() {
      key ??= await pin(fetchKey);
      if (key === undefined) return undefined;
      const { seen, step } = await look(key);
      const time = Math.floor(clock.now().getTime() / 1_000);
      const isNews = seen !== undefined && seen.text !== kept;
      // Signed now, from what is on disk: at this moment it is the largest that this box has seen.
      const cosignature = isNews ? cosign(seen.text, { name, signer, time }) : null;
      return { report: { seen_size: seen?.size ?? 0, cosignature }, key, seen, step };
    },

    async learn(question, body, traceId) {
      const shown = readShownLedger(body);
      if (question === undefined || shown === undefined) return;
      const judgement = judgeAnswer(question.seen, shown, question.key);
      if (shown.cosignature === 'kept' && question.report.cosignature !== null) kept = question.seen?.text;
      if (judgement.kind === 'lie') await refuse(question, shown, judgement, traceId);
      else if (judgement.kind === 'grown') {
        // An answer that another one has overtaken was true, and is worth nothing any more.
        if (await checkpoints.advance(question.step, judgement.checkpoint.note))
          newest = { step: question.step + 1, seen: judgement.checkpoint };
      }
      if (judgement.kind !== 'lie' && shown.checkpoint !== null) await silence.heard();
      if (judgement.kind === 'lie' || shown.checkpoint !== null) last = judgement.kind;
    },

    handIn: (way) => handInRefusals({ journal: refusals, ...way }),

    state: () => ({
      status: last === 'lie' ? 'refusing' : newest.seen === undefined && last === undefined ? 'waiting' : 'watching',
      ledgerKey: key?.verifierKey ?? null,
      size: newest.seen?.size ?? 0,
      isSilent: silence.isTooLong(),
      heardAt: silence.since(),
      refusals: refusals.list().map((refusal) => ({
        reason: refusal.reason,
        seenSize: refusal.seenSize,
        at: refusal.at,
        isDelivered: !isWaiting(refusal),
      })),
    }),
  };
}
