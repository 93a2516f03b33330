import { batchMediaType, streamOf, type EventName } from '@countersign/shared/contracts';
import { type Json, typeName } from '../json.ts';
import { downloadChannels, downloadMessages } from './downloads.ts';
import { answerName, events, questionName, requests } from './schemas.ts';

const ref = (path: string): Json => ({ $ref: `#/${path}` });
export const repliesChannel = 'replies';
export const replyChannelOf = (request: string): string => `${request}.reply`;

/** One channel per subject; a request has a second one, whose address is the inbox of whoever asks. */
export function buildChannels(): Record<string, Json> {
  return {
    ...Object.fromEntries(events.map(([name, contract]) => [name, eventChannel(name, contract.summary)])),
    ...Object.fromEntries(
      requests.flatMap(([name, { summary }]) => [
        [
          name,
          {
            address: name,
            description: summary,
            messages: { questions: ref(`components/messages/${questionName(name)}s`) },
          },
        ],
        [
          replyChannelOf(name),
          {
            address: null,
            description: 'An inbox of whoever asks, `_INBOX.<asks>.<answers>.…`.',
            messages: { answers: ref(`components/messages/${answerName(name)}s`) },
          },
        ],
      ]),
    ),
    ...downloadChannels(),
    [repliesChannel]: {
      address: '_INBOX.gateway.{writer}.replies.{gateway}',
      description:
        'Where one gateway waits for the outcome of what it accepted; events carry the address in `replyto`, with an asterisk where whoever answers puts its own name.',
      parameters: {
        writer: { description: 'The service that answers; the broker lets no other write there.' },
        gateway: { description: 'Made by the gateway when it starts.' },
      },
      messages: { replies: ref('components/messages/Replies') },
    },
  };
}

function eventChannel(name: string, summary: string): Json {
  return {
    address: name,
    description: summary,
    messages: { batch: ref(`components/messages/${typeName(name)}Batch`) },
    'x-jetstream': { stream: streamOf(name as EventName) },
  };
}

/** One message per subject. What one commit produced, or what waited at the same moment, travels as one message. */
export function buildMessages(): Record<string, Json> {
  const schema = (name: string) => ref(`components/schemas/${name}`);
  const list = (items: Json): Json => ({ type: 'array', minItems: 1, items });
  const object = (name: string, items: Json): Json => ({
    type: 'object',
    required: [name],
    properties: { [name]: list(items) },
  });
  const result: (name: string) => Json = (name) => ({
    oneOf: [
      { type: 'object', required: ['value'], properties: { value: schema(name) } },
      { type: 'object', required: ['error'], properties: { error: schema('WireError') } },
    ],
  });
  return {
    ...Object.fromEntries(
      events.map(([name, { summary }]) => [
        `${typeName(name)}Batch`,
        {
          name: `${name} batch`,
          summary,
          contentType: batchMediaType,
          headers: batchHeaders,
          payload: list(schema(typeName(name))),
        },
      ]),
    ),
    ...Object.fromEntries(
      requests.flatMap(([name, { summary }]) => [
        [
          `${questionName(name)}s`,
          {
            name: `${name} questions`,
            summary,
            contentType: 'application/json',
            headers: questionHeaders,
            payload: object('items', schema(questionName(name))),
          },
        ],
        [
          `${answerName(name)}s`,
          {
            name: `${name} answers`,
            summary: 'One result per question, in their order; or that the answers do not fit one message.',
            contentType: 'application/json',
            payload: {
              oneOf: [
                object('results', result(answerName(name))),
                { type: 'object', required: ['too_large'], properties: { too_large: { const: true } } },
              ],
            },
          },
        ],
      ]),
    ),
    ...downloadMessages(),
    Replies: { name: 'replies', contentType: 'application/json', payload: list(schema('Reply')) },
  };
}

const batchHeaders: Json = {
  type: 'object',
  required: ['Nats-Msg-Id'],
  properties: {
    'Nats-Msg-Id': {
      type: 'string',
      description: 'The id of the outbox row; with a colon and its place when the row takes several messages.',
    },
  },
};

const questionHeaders: Json = {
  type: 'object',
  required: ['Countersign-Deadline'],
  properties: {
    'Countersign-Deadline': {
      type: 'string',
      pattern: '^\\d+$',
      description: 'Milliseconds since 1970 after which nobody waits for the answer.',
    },
  },
};
