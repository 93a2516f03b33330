import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { Clock } from '@countersign/shared/kernel';
import { encodeBase64 } from '@countersign/shared/ledger';
import { type CosignatureVerdict, judgeCosignature } from '../../domain/judge-cosignature.ts';
import type { CosignatureRepository, PublishedNote } from '../../persistence/cosignature.repository.ts';
import type { ApplianceKeys } from '../find-appliance-key/appliance-keys.ts';
import type { TellForeign } from './tell-foreign.ts';

type Name = 'rpc.evidence.witness.v1';
type Question = RequestOf<Name>;
type Answer = ResponseOf<Name>;
export type WitnessCheckpoint = (items: Question[]) => Promise<Answer[]>;

export interface WitnessCheckpointOptions {
  repository: Pick<CosignatureRepository, 'findNotes' | 'keep'>;
  keys: Pick<ApplianceKeys, 'find' | 'ask'>;
  /** RFC 6962: hashes of 32 bytes. */
  prove: (from: number, to: number) => Promise<Uint8Array[]>;
  tellForeign: TellForeign;
  clock: Clock;
}

interface Judged {
  question: Question & { cosignature: string };
  verdict: CosignatureVerdict;
  publicKey: string | null;
}

const isSigned = (question: Question): question is Question & { cosignature: string } =>
  question.cosignature !== undefined && question.cosignature !== null;

/**
 * Takes the cosignatures of appliances that check in and shows each the newest checkpoint with its proof. What is wrong
 * with a cosignature is no error of the check-in: it is said, and the rest is answered.
 */
export function createWitnessCheckpoint(options: WitnessCheckpointOptions): WitnessCheckpoint {
  const { repository, keys, prove, tellForeign, clock } = options;

  async function judge(question: Question & { cosignature: string }, note: string | undefined): Promise<Judged> {
    const found = await keys.find(question).catch(() => ({ key: null, remembered: false }));
    const judgeBy = (publicKey: string | null): Judged => ({
      question,
      publicKey,
      verdict: judgeCosignature({ line: question.cosignature, note, publicKey, now: clock.now() }),
    });
    const judged = judgeBy(found.key);
    if (judged.verdict.kind !== 'useless' || !found.remembered) return judged;
    return judgeBy(await keys.ask(question).catch(() => null)); // the key may have been replaced meanwhile
  }

  return async (questions) => {
    const signed = questions.filter(isSigned);
    const notes = await repository.findNotes(signed.map(({ seen_size }) => seen_size));
    const noteOf = new Map(notes.map(({ size, note }) => [size, note]));
    const judged = await Promise.all(signed.map((one) => judge(one, noteOf.get(one.seen_size))));
    const good = judged.flatMap(({ question, verdict, publicKey }) => {
      if (verdict.kind !== 'good' || publicKey === null) return [];
      const { seen_size: size, site_id: siteId, host_id: hostId, cosignature: line } = question;
      return [{ size, publicKey, siteId, hostId, line, signedAt: verdict.signedAt }];
    });
    if (good.length > 0) await repository.keep(good);
    await tellForeign(
      judged.flatMap(({ question, verdict, publicKey }) =>
        verdict.kind === 'foreign' && publicKey !== null
          ? [{ ...question, publicKey, ourNote: noteOf.get(question.seen_size) ?? null }]
          : [],
      ),
    );

    const verdictOf = new Map(judged.map(({ question, verdict }) => [question as Question, verdict.kind]));
    const proofs = proofsTo(notes.at(-1), prove);
    return Promise.all(
      questions.map(async (question): Promise<Answer> => {
        const verdict = verdictOf.get(question);
        const cosignature = verdict === undefined ? 'none' : verdict === 'good' ? 'kept' : 'refused';
        return { ...(await proofs(question.seen_size)), cosignature };
      }),
    );
  };
}

/** The newest checkpoint with the proof from a size; of boxes that have seen the same, each proof is made once. */
function proofsTo(
  newest: PublishedNote | undefined,
  prove: WitnessCheckpointOptions['prove'],
): (seenSize: number) => Promise<Pick<Answer, 'checkpoint' | 'consistency'>> {
  const made = new Map<number, Promise<string[]>>();
  return async (seenSize) => {
    if (newest === undefined) return { checkpoint: null, consistency: null };
    const { note: checkpoint, size } = newest;
    if (seenSize > size) return { checkpoint, consistency: null };
    const proof = made.get(seenSize) ?? prove(seenSize, size).then((hashes) => hashes.map(encodeBase64));
    made.set(seenSize, proof);
    return { checkpoint, consistency: await proof };
  };
}
