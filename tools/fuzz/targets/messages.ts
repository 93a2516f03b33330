import { parseBatch, readDownloadQuestion, readQuestions, readReplies } from '@countersign/shared/messaging';
import { demand, labelOfRefusal } from '../engine/refusal.ts';
import { readerTarget } from '../engine/reader.ts';
import { jsonTokens } from './json-tokens.ts';

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const event = {
  specversion: '1.0',
  id: 'issued:0123456789abcdef',
  source: '/orders',
  type: 'orders.issued.v1',
  subject: 'clinic-7',
  time: '2026-11-21T09:30:00.000Z',
  datacontenttype: 'application/json',
  traceparent,
  replyto: '_INBOX.gateway.*.replies.x',
  data: { order_id: '0123456789abcdef' },
};

function read(name: string, reader: () => unknown): string {
  try {
    const value = reader();
    return `${name} ${Array.isArray(value) ? Math.min(value.length, 3) : 'taken'}`;
  } catch (error) {
    return `${name} ${labelOfRefusal(error, 'MESSAGING.POISON')}`;
  }
}

/** Whatever a message holds, its reader takes it or calls it poison: an exception in a callback ends the process. */
export const messages = readerTarget({
  name: 'messages',
  summary: 'the decoder of events, questions, replies and downloads from the broker',
  share: 2,
  dictionary: [
    ...jsonTokens,
    ...Object.keys(event).map((key) => `"${key}":`),
    '"items":',
    '"traceparents":',
    '"item":',
  ],
  seeds: () => [
    JSON.stringify([event]),
    JSON.stringify([event, { ...event, id: 'b' }]),
    JSON.stringify({ items: [{ site_id: 'clinic-7' }, {}], traceparents: [traceparent, null] }),
    JSON.stringify({ item: { site_id: 'clinic-7' }, traceparent }),
    JSON.stringify([{ id: 'a', order_id: null }, null]),
  ],
  read(input) {
    const replies = readReplies(input);
    demand(
      replies.every((reply) => typeof reply.id === 'string'),
      'A reply without an id.',
    );
    return [
      read('events', () => parseBatch(input)),
      read('questions', () => readQuestions(input)),
      read('download', () => readDownloadQuestion(input)),
      `replies ${Math.min(replies.length, 3)}`,
    ].join('; ');
  },
});
