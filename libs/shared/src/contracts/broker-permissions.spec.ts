import { describe, expect, it } from 'vitest';
import { brokerPermissionsOf } from './broker-permissions.ts';
import { consumerCatalog, hearersOf } from './consumer-catalog.ts';
import { eventCatalog, type EventName, services } from './event-catalog.ts';
import { requestCatalog } from './request-catalog.ts';
import { streams } from './streams.ts';

const names = Object.keys(eventCatalog) as EventName[];

describe('brokerPermissionsOf', () => {
  it.each(services)('lets %s say every event that it owns, and no other', (service) => {
    const { publish } = brokerPermissionsOf(service);
    const said = publish.filter((subject) => !/^(rpc|_INBOX|\$JS)\./.test(subject));
    expect(said.toSorted()).toEqual(names.filter((name) => eventCatalog[name].owner === service).toSorted());
  });

  it.each(services)(
    'gives %s no subject with a wildcard that reaches out of its own inboxes and acknowledgements',
    (service) => {
      const { publish, subscribe } = brokerPermissionsOf(service);
      const wide = publish.filter((subject) => /[*>]/.test(subject));
      for (const subject of wide)
        expect(subject).toMatch(
          new RegExp(`^(_INBOX\\.[a-z]+\\.${service}|\\$JS\\.ACK\\.[A-Z_]+\\.${service}-[a-z-]+)\\.>$`),
        );
      expect(subscribe.filter((subject) => /[*>]/.test(subject))).toEqual([`_INBOX.${service}.>`]);
    },
  );

  it.each(services)('lets %s make, change and delete nothing on the broker', (service) => {
    const api = brokerPermissionsOf(service).publish.filter((subject) => subject.startsWith('$JS.API'));
    for (const subject of api) expect(subject).toMatch(/^\$JS\.API\.CONSUMER\.(INFO|MSG\.NEXT)\./);
  });

  it.each(services)('lets %s answer its own requests only', (service) => {
    const answered = brokerPermissionsOf(service).subscribe.filter((subject) => subject.startsWith('rpc.'));
    for (const subject of answered) expect(subject.split('.')[1]).toBe(service);
  });

  it('lets each service ask what the catalogue says', () => {
    for (const [subject, { askers }] of Object.entries(requestCatalog)) {
      const asking = services.filter((service) => brokerPermissionsOf(service).publish.includes(subject));
      expect(asking).toEqual(services.filter((service) => (askers as readonly string[]).includes(service)));
    }
  });

  it('gives the operator streams and consumers, and nothing that is said', () => {
    expect(brokerPermissionsOf('operator')).toEqual({ publish: ['$JS.API.>'], subscribe: ['_INBOX.operator.>'] });
  });
});

describe('the catalogue of consumers', () => {
  it('has one for each service in which an event must have its effect, and none besides', () => {
    for (const name of names)
      expect(hearersOf(name).toSorted(), name).toEqual([...eventCatalog[name].consumers].toSorted());
  });

  it('names streams that exist, and begins each name with its service', () => {
    for (const [durable, { service, stream }] of Object.entries(consumerCatalog)) {
      expect(durable.startsWith(`${service}-`)).toBe(true);
      expect(streams.map(({ name }) => name)).toContain(stream);
    }
  });
});
