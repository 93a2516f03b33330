import type { ServiceName } from '@countersign/shared/contracts';
import type { Json } from '../json.ts';
import { repliesChannel, replyChannelOf } from './channels.ts';
import { downloadOperations } from './downloads.ts';
import { events, requests } from './schemas.ts';

const channel = (name: string): Json => ({ $ref: `#/channels/${name}` });
const message = (name: string, part: string): Json => ({ $ref: `#/channels/${name}/messages/${part}` });
const tags = (service: ServiceName): Json[] => [{ name: service }];

/** Who sends and who receives, seen from each service; the tag of an operation names the service. */
export function buildOperations(askers: ReadonlyMap<string, readonly ServiceName[]>): Record<string, Json> {
  return Object.fromEntries([
    ...events.flatMap(([name, { owner, consumers }]) => [
      [
        `${owner}.sends.${name}`,
        { action: 'send', channel: channel(name), tags: tags(owner), messages: [message(name, 'batch')] },
      ],
      ...consumers.map((service) => [
        `${service}.receives.${name}`,
        {
          action: 'receive',
          channel: channel(name),
          summary: `The owner keeps the event until it has had its effect in ${service}.`,
          tags: tags(service),
          messages: [message(name, 'batch')],
        },
      ]),
    ]),
    ...requests.flatMap(([name, { owner, summary }]) => {
      const exchange = {
        channel: channel(name),
        summary,
        messages: [message(name, 'questions')],
        reply: { channel: channel(replyChannelOf(name)), messages: [message(replyChannelOf(name), 'answers')] },
      };
      const queue = { nats: { queue: owner, bindingVersion: '0.1.0' } };
      return [
        ...(askers.get(name) ?? []).map((service) => [
          `${service}.asks.${name}`,
          { action: 'send', ...exchange, tags: tags(service) },
        ]),
        [`${owner}.answers.${name}`, { action: 'receive', ...exchange, tags: tags(owner), bindings: queue }],
      ];
    }),
    ...downloadOperations(askers),
    ...(['runbooks', 'orders', 'evidence'] as const).map((service) => [
      `${service}.sends.${repliesChannel}`,
      {
        action: 'send',
        channel: channel(repliesChannel),
        tags: tags(service),
        messages: [message(repliesChannel, 'replies')],
      },
    ]),
    [
      `gateway.receives.${repliesChannel}`,
      {
        action: 'receive',
        channel: channel(repliesChannel),
        tags: tags('gateway'),
        messages: [message(repliesChannel, 'replies')],
      },
    ],
  ] as [string, Json][]);
}
