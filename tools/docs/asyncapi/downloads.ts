import type { ServiceName } from '@countersign/shared/contracts';
import { type Json } from '../json.ts';
import { downloads, questionName } from './schemas.ts';

const ref = (path: string): Json => ({ $ref: `#/${path}` });
const piecesChannelOf = (name: string): string => `${name}.pieces`;

/** One channel per download; a second one, whose address is the inbox of whoever asks, takes the pieces. */
export function downloadChannels(): Record<string, Json> {
  return Object.fromEntries(
    downloads.flatMap(([name, { summary }]) => [
      [
        name,
        {
          address: name,
          description: summary,
          messages: { question: ref(`components/messages/${questionName(name)}`) },
        },
      ],
      [
        piecesChannelOf(name),
        {
          address: null,
          description: 'An inbox that whoever asks makes for this download, `_INBOX.<asks>.<answers>.…`.',
          messages: { piece: ref('components/messages/DownloadPiece') },
        },
      ],
    ]),
  );
}

export function downloadMessages(): Record<string, Json> {
  return {
    ...Object.fromEntries(
      downloads.map(([name, { summary }]) => [
        questionName(name),
        {
          name: `${name} question`,
          summary,
          contentType: 'application/json',
          payload: {
            type: 'object',
            required: ['item'],
            properties: { item: ref(`components/schemas/${questionName(name)}`), traceparent: { type: 'string' } },
          },
        },
      ]),
    ),
    DownloadPiece: {
      name: 'piece of a download',
      summary:
        'At most 256 KiB. A `piece` is a NATS request and answered when the next one is wanted, with `Countersign-Stop` when ' +
        'none is; `working` is answered at once. `end` and `error` (a `WireError`) are the last message.',
      contentType: 'application/octet-stream',
      headers: {
        type: 'object',
        required: ['Countersign-Download', 'Countersign-Sequence'],
        properties: {
          'Countersign-Download': { type: 'string', enum: ['piece', 'working', 'end', 'error'] },
          'Countersign-Sequence': {
            type: 'string',
            pattern: '^\\d+$',
            description: 'How many pieces came before.',
          },
        },
      },
    },
  };
}

/** Who opens a download, and who serves it. */
export function downloadOperations(askers: ReadonlyMap<string, readonly ServiceName[]>): [string, Json][] {
  return downloads.flatMap(([name, { owner, summary }]): [string, Json][] => {
    const exchange = {
      channel: ref(`channels/${name}`),
      summary,
      messages: [ref(`channels/${name}/messages/question`)],
      reply: {
        channel: ref(`channels/${piecesChannelOf(name)}`),
        messages: [ref(`channels/${piecesChannelOf(name)}/messages/piece`)],
      },
    };
    const opens = (askers.get(name) ?? []).map((service): [string, Json] => [
      `${service}.opens.${name}`,
      { action: 'send', ...exchange, tags: [{ name: service }] },
    ]);
    const bindings = { nats: { queue: owner, bindingVersion: '0.1.0' } };
    return [
      ...opens,
      [`${owner}.serves.${name}`, { action: 'receive', ...exchange, tags: [{ name: owner }], bindings }],
    ];
  });
}
