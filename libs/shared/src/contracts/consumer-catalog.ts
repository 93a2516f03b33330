import { eventCatalog, type EventName, type ServiceName } from './event-catalog.ts';
import { streamOf } from './streams.ts';

export interface ConsumerEntry {
  /** The only service that may take messages from it. */
  service: ServiceName;
  stream: string;
  /** One subject; absent: all of the stream. */
  subject?: EventName;
}

const one = (service: ServiceName, subject: EventName): ConsumerEntry => ({
  service,
  stream: streamOf(subject),
  subject,
});
const every = (service: ServiceName, stream: string): ConsumerEntry => ({ service, stream });

/**
 * Every durable consumer by its name `<service>-<feature>`: whose it is and what it hears. The broker has them made
 * from here, and who may read them.
 */
export const consumerCatalog = {
  'runbooks-decide-incident': one('runbooks', 'gateway.incident-reported.v1'),
  'runbooks-close-incident': one('runbooks', 'orders.closed.v1'),
  'orders-issue-order': one('orders', 'runbooks.selected.v1'),
  'orders-close-order': one('orders', 'evidence.recorded.v1'),
  'evidence-record': one('evidence', 'gateway.evidence-submitted.v1'),
  'evidence-audit-gateway': every('evidence', 'GATEWAY'),
  'evidence-audit-runbooks': every('evidence', 'RUNBOOKS'),
  'evidence-audit-orders': every('evidence', 'ORDERS'),
  'evidence-audit-evidence': every('evidence', 'EVIDENCE'),
  'evidence-audit-dead-letters': every('evidence', 'DEAD_LETTERS'),
} as const satisfies Record<string, ConsumerEntry>;

export type ConsumerName = keyof typeof consumerCatalog;

/** The services that hear an event by some consumer. */
export function hearersOf(name: EventName): ServiceName[] {
  const entries: ConsumerEntry[] = Object.values(consumerCatalog);
  const hearing = entries.filter(({ stream, subject }) => stream === streamOf(name) && (subject ?? name) === name);
  return [...new Set(hearing.map(({ service }) => service))];
}

/** Who speaks under a subject of ours, or undefined: `<owner>.<event>.v<N>`, `dead-letters.<owner>.v<N>`. */
export function speakerOf(subject: string): ServiceName | undefined {
  return Object.hasOwn(eventCatalog, subject) ? eventCatalog[subject as EventName].owner : undefined;
}
