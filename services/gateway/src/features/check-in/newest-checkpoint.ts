import type { WitnessAnswer } from '@countersign/shared/contracts';
import type { Clock } from '@countersign/shared/kernel';
import type { Requester } from '@countersign/shared/messaging';

/** What a check-in that asks nothing is shown of the ledger; null: not known. It costs no question and is never waited for. */
export type ReadNewestCheckpoint = () => WitnessAnswer | null;

const refreshEveryMs = 1_000;
/** What is older than this is no news: evidence has not answered for long. */
const goodForMs = 60_000;

/** Remembers the newest checkpoint. It is asked for in the background, once a second at most and only while somebody reads. */
export function createNewestCheckpoint(requester: Requester, clock: Clock): ReadNewestCheckpoint {
  let newest: { at: number; answer: WitnessAnswer } | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;

  async function refresh(): Promise<void> {
    const { checkpoint } = await requester.ask('rpc.evidence.ledger-head.v1', {}, { timeoutMs: refreshEveryMs });
    newest = { at: clock.now().getTime(), answer: { checkpoint, consistency: null, cosignature: 'none' } };
  }

  return () => {
    const now = clock.now().getTime();
    if (now - askedAt >= refreshEveryMs) {
      askedAt = now;
      refresh().catch(() => {}); // the next one may fare better; what is known stays until it is too old
    }
    return newest !== undefined && now - newest.at < goodForMs ? newest.answer : null;
  };
}
