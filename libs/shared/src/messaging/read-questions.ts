import { AppError } from '../kernel/index.ts';
import { readMessage } from './read-message.ts';

/** Questions that go together in one message, at most. */
export const itemsAtOnce = 128;

export interface Questions {
  items: unknown[];
  /** Of the work that asks, in the order of the items; null where there is none. */
  traceparents: (string | null)[];
}

/** Reads the questions of a message. Throws AppError `MESSAGING.POISON` for what nobody of ours sends. */
export function readQuestions(data: Uint8Array): Questions {
  const { items, traceparents = [] } = (readMessage(data, 'list of questions') ?? {}) as Record<string, unknown>;
  if (!isList(items, () => true) || !isList(traceparents, (one) => one === null || typeof one === 'string')) {
    throw new AppError('MESSAGING.POISON', 'invalid', 'The message is no list of questions.');
  }
  return { items, traceparents: traceparents as (string | null)[] };
}

const isList = (value: unknown, fits: (item: unknown) => boolean): value is unknown[] =>
  Array.isArray(value) && value.length <= itemsAtOnce && value.every(fits);
