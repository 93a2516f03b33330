import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  brokerUsers,
  consumerCatalog,
  type ConsumerEntry,
  downloadCatalog,
  eventCatalog,
  type EventName,
  inboxOf,
  requestCatalog,
  services,
  type ServiceName,
  streams,
} from '../contracts/index.ts';
import { emptyBroker } from '../testing/index.ts';
import { createBrokerSeed } from './broker-keys.ts';
import { connectUsers, refusalsOf, type UserConnections } from './testing/user-connections.ts';

let users: UserConnections;
beforeAll(async () => {
  await emptyBroker(inject('natsUrl'));
  users = await connectUsers(inject('natsUrl'), inject('brokerSeeds'));
});
afterAll(() => users?.close());

const events = Object.keys(eventCatalog) as EventName[];
const questions = Object.entries({ ...requestCatalog, ...downloadCatalog }) as [
  string,
  { owner: ServiceName; askers: readonly ServiceName[] },
][];
const others = (service: ServiceName) => services.filter((other) => other !== service);
const consumers: [string, ConsumerEntry][] = Object.entries(consumerCatalog);

const publishing = (service: ServiceName, subject: string) =>
  refusalsOf(users.of[service], () => users.of[service].connection.publish(subject, 'forged'));
const subscribing = (service: ServiceName, subject: string, queue?: string) =>
  refusalsOf(users.of[service], () => {
    users.of[service].connection.subscribe(subject, { callback: () => {}, ...(queue && { queue }) });
  });
const said = async () =>
  (await Promise.all(streams.map(({ name }) => users.of.operator.manager.streams.info(name)))).map(
    ({ state }) => state.messages,
  );

describe.each(services)('the broker lets %s', (service) => {
  it.each(events.filter((name) => eventCatalog[name].owner !== service))('not say %s', async (name) => {
    const before = await said();
    expect(await publishing(service, name)).toEqual([name]);
    expect(await said()).toEqual(before);
  });

  it.each(events.filter((name) => eventCatalog[name].owner === service))('say %s', async (name) => {
    const ack = await users.of[service].jetstream.publish(name, '[]');
    expect(ack.seq).toBeGreaterThan(0);
  });

  it.each(questions.filter(([, { askers }]) => !askers.includes(service)).map(([subject]) => subject))(
    'not ask %s',
    async (subject) => expect(await publishing(service, subject)).toEqual([subject]),
  );

  it.each(questions.filter(([, { owner }]) => owner !== service).map(([subject]) => subject))(
    'not answer %s in the place of its owner',
    async (subject) => {
      expect(await subscribing(service, subject)).toEqual([subject]);
      expect(await subscribing(service, subject, subject.split('.')[1])).toEqual([subject]);
    },
  );

  it.each(brokerUsers.filter((user) => user !== service))('not read the inboxes of %s', async (reader) => {
    for (const subject of [`_INBOX.${reader}.>`, `${inboxOf(reader, service)}.>`, `_INBOX.${reader}.broker.x.*`])
      expect(await subscribing(service, subject)).toEqual([subject]);
  });

  it.each(['>', '_INBOX.>', '*.>', 'rpc.>', '$JS.>', '$JS.API.>', '$JS.ACK.>', ...events])(
    'not listen to %s',
    async (subject) => expect(await subscribing(service, subject)).toEqual([subject]),
  );

  it.each(others(service).flatMap((writer) => brokerUsers.map((reader) => [writer, reader] as const)))(
    'not write in the name of %s into an inbox of %s',
    async (writer, reader) => {
      const subject = `${inboxOf(reader, writer)}.replies.x`;
      expect(await publishing(service, subject)).toEqual([subject]);
    },
  );

  it.each(brokerUsers)('not write in the name of the broker into an inbox of %s', async (reader) => {
    const subject = `${inboxOf(reader, 'broker')}.x.y`;
    expect(await publishing(service, subject)).toEqual([subject]);
  });

  it.each(streams.map(({ name }) => name))('not change, empty, read or remove the stream %s', async (stream) => {
    const calls = [
      'CREATE',
      'UPDATE',
      'DELETE',
      'PURGE',
      'INFO',
      'SNAPSHOT',
      'RESTORE',
      'MSG.GET',
      'MSG.DELETE',
      'LEADER.STEPDOWN',
    ];
    const subjects = [
      ...calls.map((call) => `$JS.API.STREAM.${call}.${stream}`),
      `$JS.API.DIRECT.GET.${stream}`,
      `$JS.API.CONSUMER.CREATE.${stream}`,
      `$JS.API.CONSUMER.LIST.${stream}`,
    ];
    for (const subject of subjects) expect(await publishing(service, subject)).toEqual([subject]);
  });

  it.each(consumers)('not make, change or remove the consumer %s', async (durable, { stream, subject }) => {
    const subjects = [
      `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.${durable}`,
      `$JS.API.CONSUMER.CREATE.${stream}.${durable}${subject ? `.${subject}` : ''}`,
      `$JS.API.CONSUMER.DELETE.${stream}.${durable}`,
    ];
    for (const api of subjects) expect(await publishing(service, api)).toEqual([api]);
  });

  it.each(consumers.filter(([, entry]) => entry.service !== service))(
    "not take, see or settle another's messages: %s",
    async (durable, { stream }) => {
      const subjects = [
        `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
        `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
        `$JS.ACK.${stream}.${durable}.1.1.1.1.0`,
      ];
      for (const subject of subjects) expect(await publishing(service, subject)).toEqual([subject]);
    },
  );

  it.each(consumers.filter(([, entry]) => entry.service === service))(
    'see its own consumer %s',
    async (durable, { stream }) => {
      expect((await users.of[service].manager.consumers.info(stream, durable)).name).toBe(durable);
    },
  );

  it.each([
    '$SYS.REQ.SERVER.PING',
    '$JS.API.ACCOUNT.PURGE.COUNTERSIGN',
    '$JS.API.META.LEADER.STEPDOWN',
    '$JS.API.STREAM.NAMES',
  ])('not run the broker: %s', async (subject) => expect(await publishing(service, subject)).toEqual([subject]));
});

describe('the broker', () => {
  it.each([...events, ...questions.map(([subject]) => subject)])(
    'does not let its operator say %s',
    async (subject) => {
      const { operator } = users.of;
      expect(await refusalsOf(operator, () => operator.connection.publish(subject, 'x'))).toEqual([subject]);
    },
  );

  it.each([
    ['nobody', {}],
    ['a user without password', { user: 'gateway' }],
    [
      'an NKey that it does not know',
      { authenticator: nkeyAuthenticator(new TextEncoder().encode(createBrokerSeed())) },
    ],
  ])('lets in no %s', async (_who, credentials) => {
    const servers = new URL(inject('natsUrl')).host;
    await expect(connect({ servers, reconnect: false, ...credentials })).rejects.toThrow(
      /Authorization Violation|authentication/i,
    );
  });
});
