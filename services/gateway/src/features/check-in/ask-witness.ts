import type { RequestOf, WitnessAnswer } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';

type Question = RequestOf<'rpc.evidence.witness.v1'>;
/** Null when the ledger does not answer in time. Never rejects. */
export type AskWitness = (question: Question, traceparent: string) => Promise<WitnessAnswer | null>;

export interface AskWitnessOptions {
  /** A check-in does not wait for longer. */
  waitMs?: number;
  /** Questions that may wait for evidence; while it hangs, the rest is not even asked. */
  waitingAtMost?: number;
}

/** Asks evidence what an appliance that watches the ledger is shown. */
export function createAskWitness(
  requester: Requester,
  { waitMs = 500, waitingAtMost = 2_000 }: AskWitnessOptions = {},
): AskWitness {
  let waiting = 0;

  return async (question, traceparent) => {
    if (waiting >= waitingAtMost) return null;
    waiting += 1;
    const asked = requester
      .ask('rpc.evidence.witness.v1', question, { timeoutMs: waitMs, traceparent })
      .catch(() => null)
      .finally(() => (waiting -= 1));
    // The time of a question begins when it is sent; that of a check-in when it came.
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), waitMs);
    });
    const answer = await Promise.race([asked, late]);
    clearTimeout(timer);
    return answer;
  };
}
