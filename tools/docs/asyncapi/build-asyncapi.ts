import { batchMediaType, brokerPermissionsOf, brokerUsers, services, streams } from '@countersign/shared/contracts';
import type { Json } from '../json.ts';
import { buildChannels, buildMessages } from './channels.ts';
import { buildOperations } from './operations.ts';
import { buildSchemas, downloads, requests } from './schemas.ts';

const askers = new Map([...requests, ...downloads].map(([name, contract]) => [name, contract.askers] as const));

/** The AsyncAPI 3.0 document of everything that goes over NATS. */
export function buildAsyncapi(version: string): Json {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Countersign messages',
      version,
      description:
        'Events travel over JetStream: what one commit produced is one message, a CloudEvents 1.0 batch, under the subject ' +
        '`<owner>.<event>.v<N>`. They come at least once and in no promised order; effects are keyed by the event. ' +
        'Questions travel over core NATS under `rpc.<service>.<verb>.v<N>`; what waits at the same moment goes as one message. ' +
        'Answers that are larger than a message are downloads: pieces, each asked for when the one before has been taken. ' +
        'Within a version only optional fields are added: ignore what you do not know.',
      tags: services.map((name) => ({ name, description: `The ${name} service.` })),
    },
    defaultContentType: batchMediaType,
    servers: {
      nats: {
        host: '{host}:{port}',
        protocol: 'nats',
        description: 'nats-server 2.9.10 or later with JetStream.',
        variables: { host: { default: '127.0.0.1' }, port: { default: '4222' } },
        security: [{ $ref: '#/components/securitySchemes/nkey' }],
        'x-streams': streams,
        'x-permissions': Object.fromEntries(
          brokerUsers.map((user) => [user, brokerPermissionsOf(user) as unknown as Json]),
        ),
      },
    },
    channels: buildChannels(),
    operations: buildOperations(askers),
    components: {
      securitySchemes: {
        nkey: {
          type: 'asymmetricEncryption',
          description:
            'An NKey per service (`NATS_NKEY_SEED`). What each may publish and hear: `x-permissions` of the server.',
        },
      },
      messages: buildMessages(),
      schemas: buildSchemas(),
    },
  };
}
