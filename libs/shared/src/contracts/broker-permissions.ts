import { consumerCatalog, type ConsumerEntry } from './consumer-catalog.ts';
import { downloadCatalog, type DownloadContract } from './download-catalog.ts';
import { eventCatalog, type EventContract, services, type ServiceName } from './event-catalog.ts';
import { type BrokerUser, inboxOf } from './inboxes.ts';
import { requestCatalog, type RequestContract } from './request-catalog.ts';

/** Subjects that a user of the broker may publish to and subscribe to; every other one is refused. */
export interface BrokerPermissions {
  publish: string[];
  subscribe: string[];
}

export const brokerUsers: readonly BrokerUser[] = [...services, 'operator'];

/**
 * What a user of the broker may do, from the contracts alone. A service says its own events, asks what the catalogue
 * lets it ask, and writes only into the inboxes that name it as their writer. It makes, changes and deletes no stream
 * and no consumer: whoever configures JetStream can have it carry messages to any subject. That is the operator's.
 */
export function brokerPermissionsOf(user: BrokerUser): BrokerPermissions {
  const inboxes = `_INBOX.${user}.>`;
  if (user === 'operator') return { publish: ['$JS.API.>'], subscribe: [inboxes] };
  const answers = questions.filter(([, { owner }]) => owner === user).map(([subject]) => subject);
  return {
    publish: sorted([...eventsOf(user), ...questionsOf(user), ...inboxesWrittenBy(user), ...jetstreamOf(user)]),
    subscribe: sorted([...answers, inboxes]),
  };
}

const questions: [string, RequestContract | DownloadContract][] = [
  ...Object.entries(requestCatalog),
  ...Object.entries(downloadCatalog),
];
const events: [string, EventContract][] = Object.entries(eventCatalog);

function eventsOf(service: ServiceName): string[] {
  return events.filter(([, { owner }]) => owner === service).map(([subject]) => subject);
}

function questionsOf(service: ServiceName): string[] {
  return questions.filter(([, { askers }]) => askers.includes(service)).map(([subject]) => subject);
}

function inboxesWrittenBy(service: ServiceName): string[] {
  const askers = questions.filter(([, { owner }]) => owner === service).flatMap(([, contract]) => contract.askers);
  // The reader of a download answers each piece.
  const senders = Object.values(downloadCatalog)
    .filter((contract: DownloadContract) => contract.askers.includes(service))
    .map(({ owner }) => owner);
  const waiting = events
    .filter(([, { answeredBy = [] }]) => answeredBy.includes(service))
    .map(([, { owner }]) => owner);
  return [...askers, ...senders, ...waiting].map((reader) => `${inboxOf(reader, service)}.>`);
}

/** Its consumers: what they are, their next messages, and that a message is done. */
function jetstreamOf(service: ServiceName): string[] {
  const entries: [string, ConsumerEntry][] = Object.entries(consumerCatalog);
  return entries
    .filter(([, consumer]) => consumer.service === service)
    .flatMap(([durable, { stream }]) => [
      `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
      `$JS.ACK.${stream}.${durable}.>`,
    ]);
}

function sorted(subjects: string[]): string[] {
  return [...new Set(subjects)].toSorted();
}
