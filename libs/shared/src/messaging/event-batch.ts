import { batchMediaType, type EventEnvelope, type EventName } from '../contracts/index.ts';
import { AppError } from '../kernel/index.ts';
import { readMessage } from './read-message.ts';

/** Joins events that are JSON texts already into the batch that is published. SQL does the same with `string_agg`. */
export function joinBatch(events: readonly string[]): string {
  return `[${events.join(',')}]`;
}

/**
 * A batch as the messages that the broker takes: one, unless it is larger than `limit` bytes. What was committed
 * together is then said in parts, for it must be said.
 */
export function splitBatch(payload: string, limit: number): string[] {
  // No character takes more than 3 bytes per UTF-16 unit.
  if (payload.length * 3 <= limit || Buffer.byteLength(payload) <= limit) return [payload];
  const events = (JSON.parse(payload) as unknown[]).map((event) => JSON.stringify(event));
  if (events.length === 1) return [payload];
  const middle = events.length >> 1;
  return [events.slice(0, middle), events.slice(middle)].flatMap((half) => splitBatch(joinBatch(half), limit));
}

/** Reads a message into its events. Anything that is no batch of well-formed events is poison: `MESSAGING.POISON`. */
export function parseBatch(data: Uint8Array): EventEnvelope[] {
  const events = readMessage(data, batchMediaType);
  if (!Array.isArray(events) || !events.every(isEnvelope)) {
    throw new AppError('MESSAGING.POISON', 'invalid', 'The message is no list of CloudEvents 1.0.');
  }
  return events;
}

/**
 * Throws `MESSAGING.POISON` unless every event is said by the owner of the subject, under that subject, in the owner's
 * own stream: the broker sees to it that nobody publishes under another's subject, and this that nobody speaks for
 * another inside a batch of his own, or has JetStream carry one into another's stream.
 */
export function refuseForeignEvents(events: readonly EventEnvelope[], subject: string, stream: string): void {
  const [first, second] = subject.split('.');
  const isDeadLetter = first === 'dead-letters';
  const owner = isDeadLetter ? second! : first!;
  const isInItsStream = stream === (isDeadLetter ? 'DEAD_LETTERS' : owner.toUpperCase());
  if (isInItsStream && events.every(({ type, source }) => type === subject && source === `/${owner}`)) return;
  throw new AppError('MESSAGING.POISON', 'invalid', `The message speaks for somebody else than ${owner}.`);
}

function isEnvelope(event: unknown): event is EventEnvelope {
  if (typeof event !== 'object' || event === null) return false;
  const { specversion, id, source, type, subject, time, traceparent, replyto, data } = event as Record<string, unknown>;
  return (
    specversion === '1.0' &&
    typeof id === 'string' &&
    typeof source === 'string' &&
    typeof type === 'string' &&
    [subject, time, traceparent, replyto].every((field) => field === undefined || typeof field === 'string') &&
    typeof data === 'object' &&
    data !== null &&
    !Array.isArray(data)
  );
}

/** Builds an envelope; `time` is when it happened, not when it is sent. */
export function envelopeOf<Name extends EventName>(
  type: Name,
  fields: Omit<EventEnvelope<Name>, 'specversion' | 'source' | 'type' | 'datacontenttype'> & { owner: string },
): EventEnvelope<Name> {
  const { owner, id, subject, time, traceparent, replyto, data } = fields;
  return {
    specversion: '1.0',
    id,
    source: `/${owner}`,
    type,
    subject,
    time,
    datacontenttype: 'application/json',
    ...(traceparent && { traceparent }),
    ...(replyto && { replyto }),
    data,
  };
}
