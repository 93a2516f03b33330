import { headers } from '@nats-io/transport-node';
import { AppError } from '../kernel/index.ts';
import type { AnswerInbox } from './answer-inbox.ts';

export interface Published {
  subject: string;
  payload: string;
  /** What JetStream knows a repeat by (`Nats-Msg-Id`). */
  id: string;
}

/** Resolves when the stream has it on its disk; rejects with `MESSAGING.UNAVAILABLE`, or with what a request rejects with. */
export type PublishEvents = (message: Published) => Promise<void>;

const timeout = 5_000;

/**
 * What the client's own `publish` does (JetStream, ADR-22: the acknowledgement is the answer to a request), over our inbox:
 * the client keeps its requests in a `Map` and makes two errors with their stacks for each; see `BriefMap`.
 */
export function createPublishEvents(answers: AnswerInbox): PublishEvents {
  return async ({ subject, payload, id }) => {
    const about = headers();
    about.set('Nats-Msg-Id', id);
    const answer = await answers.request('broker', subject, payload, { timeout, headers: about });
    const { stream, error } = answer.json<{ stream?: string; error?: { description?: string } }>();
    if (error !== undefined || !stream) {
      const why = error?.description ?? 'the answer is no acknowledgement';
      throw new AppError('MESSAGING.UNAVAILABLE', 'unavailable', `The stream of ${subject} did not take it: ${why}.`);
    }
  };
}
