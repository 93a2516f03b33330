import { routeCatalog } from '@countersign/shared/contracts';
import { MediaAnswer } from '@countersign/shared/http';
import { AppError } from '@countersign/shared/kernel';
import type { Requester } from '@countersign/shared/messaging';
import type { RequestFacts } from '../../domain/request-facts.ts';

export type ReadCheckpoint = (facts: RequestFacts) => Promise<MediaAnswer>;

/** The newest checkpoint. It is the only text of the ledger that changes. */
export function createReadCheckpoint(requester: Requester): ReadCheckpoint {
  return async ({ traceparent }) => {
    const { checkpoint } = await requester.ask('rpc.evidence.ledger-head.v1', {}, { timeoutMs: 5_000, traceparent });
    if (checkpoint === null) {
      throw new AppError('LEDGER.NOT_PUBLISHED', 'unavailable', 'No checkpoint is published yet.', {
        retryAfterSeconds: 1,
      });
    }
    return new MediaAnswer(routeCatalog.readCheckpoint.produces, checkpoint, { 'cache-control': 'no-cache' });
  };
}
