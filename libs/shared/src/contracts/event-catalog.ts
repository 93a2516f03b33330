import type { z } from 'zod';
import { auditEvents } from './audit-events.ts';
import { applianceRegistered } from './appliance.ts';
import { credentialEvents } from './credential-events.ts';
import { deadLetterRecorded } from './dead-letter.ts';
import { enrolmentEvents } from './enrolment-events.ts';
import { type EventContract, type ServiceName, services } from './event-contract.ts';
import {
  evidenceRecorded,
  evidenceRefused,
  evidenceSubmitted,
  legalHoldChanged,
  retentionExtended,
} from './evidence.ts';
import { incidentEscalated, incidentReported, incidentResolved, runbookSelected } from './incident.ts';
import {
  applianceReturned,
  applianceSilent,
  deadLetterRedriven,
  integrityFault,
  keyCreated,
  keyRotated,
  ledgerKeyCreated,
} from './ledger.ts';
import { keyAnnounced } from './order-keys.ts';
import { orderAcknowledged, orderClosed, orderDelivered, orderIssued, orderJoined } from './order.ts';

export { type EventContract, type ServiceName, services };

/**
 * Every event of the product, by its subject `<owner>.<event>.v<N>`. Types, streams, consumers and the AsyncAPI
 * document are derived from here. Within a version only optional fields may be added.
 */
export const eventCatalog = {
  'gateway.incident-reported.v1': {
    owner: 'gateway',
    summary: 'An appliance reported an incident or a drift, and the gateway accepted it durably.',
    schema: incidentReported,
    consumers: ['runbooks', 'evidence'],
    answeredBy: ['runbooks', 'orders'],
  },
  'gateway.evidence-submitted.v1': {
    owner: 'gateway',
    summary: 'An appliance handed in an evidence bundle, and the gateway accepted it durably.',
    schema: evidenceSubmitted,
    consumers: ['evidence'],
    answeredBy: ['evidence'],
  },
  ...credentialEvents,
  ...enrolmentEvents,
  ...auditEvents,
  'runbooks.selected.v1': {
    owner: 'runbooks',
    summary: 'A runbook was chosen for an incident.',
    schema: runbookSelected,
    consumers: ['orders', 'evidence'],
  },
  'runbooks.escalated.v1': {
    owner: 'runbooks',
    summary: 'An incident needs a person: no runbook fits, or its order failed or expired.',
    schema: incidentEscalated,
    consumers: ['evidence'],
  },
  'runbooks.resolved.v1': {
    owner: 'runbooks',
    summary: 'The order of an incident was completed.',
    schema: incidentResolved,
    consumers: ['evidence'],
  },
  'orders.issued.v1': {
    owner: 'orders',
    summary: 'An order was signed for one appliance.',
    schema: orderIssued,
    consumers: ['evidence'],
  },
  'orders.joined.v1': {
    owner: 'orders',
    summary: 'An incident joined the open order for the same appliance, runbook and condition.',
    schema: orderJoined,
    consumers: ['evidence'],
  },
  'orders.delivered.v1': {
    owner: 'orders',
    summary: 'An order was handed to its appliance for the first time.',
    schema: orderDelivered,
    consumers: ['evidence'],
  },
  'orders.acknowledged.v1': {
    owner: 'orders',
    summary: 'The appliance took the order on.',
    schema: orderAcknowledged,
    consumers: ['evidence'],
  },
  'orders.closed.v1': {
    owner: 'orders',
    summary: 'An order reached its end: completed, failed, expired or cancelled.',
    schema: orderClosed,
    consumers: ['runbooks', 'evidence'],
  },
  'orders.appliance-registered.v1': {
    owner: 'orders',
    summary: 'An appliance checked in for the first time, or enrolled its key.',
    schema: applianceRegistered,
    consumers: ['evidence'],
  },
  'orders.appliance-silent.v1': {
    owner: 'orders',
    summary: 'An appliance has not checked in for longer than it may be silent.',
    schema: applianceSilent,
    consumers: ['evidence'],
  },
  'orders.appliance-returned.v1': {
    owner: 'orders',
    summary: 'An appliance that was silent checked in again.',
    schema: applianceReturned,
    consumers: ['evidence'],
  },
  'orders.key-created.v1': {
    owner: 'orders',
    summary: 'The first key that signs orders came into use.',
    schema: keyCreated,
    consumers: ['evidence'],
  },
  'orders.key-announced.v1': {
    owner: 'orders',
    summary: 'Appliances are told a new key from now on; it signs nothing yet.',
    schema: keyAnnounced,
    consumers: ['evidence'],
  },
  'orders.key-rotated.v1': {
    owner: 'orders',
    summary: 'Orders are signed with a new key from now on.',
    schema: keyRotated,
    consumers: ['evidence'],
  },
  'evidence.recorded.v1': {
    owner: 'evidence',
    summary: 'A bundle is chained and sealed in the vault.',
    schema: evidenceRecorded,
    consumers: ['orders', 'evidence'],
  },
  'evidence.refused.v1': {
    owner: 'evidence',
    summary: 'A bundle was refused, for instance because its signature is forged.',
    schema: evidenceRefused,
    consumers: ['evidence'],
  },
  'evidence.retention-extended.v1': {
    owner: 'evidence',
    summary: 'A sealed bundle is kept for longer.',
    schema: retentionExtended,
    consumers: ['evidence'],
  },
  'evidence.legal-hold-changed.v1': {
    owner: 'evidence',
    summary: 'A sealed bundle was put under legal hold, or freed from it.',
    schema: legalHoldChanged,
    consumers: ['evidence'],
  },
  'evidence.ledger-key-created.v1': {
    owner: 'evidence',
    summary: 'The key that signs checkpoints came into use.',
    schema: ledgerKeyCreated,
    consumers: ['evidence'],
  },
  'evidence.integrity-fault.v1': {
    owner: 'evidence',
    summary: 'Something that is kept differs from what it was: an object, a row, a tile.',
    schema: integrityFault,
    consumers: ['evidence'],
  },
  'gateway.dead-letter-redriven.v1': deadLetterRedrivenOf('gateway'),
  'runbooks.dead-letter-redriven.v1': deadLetterRedrivenOf('runbooks'),
  'orders.dead-letter-redriven.v1': deadLetterRedrivenOf('orders'),
  'evidence.dead-letter-redriven.v1': deadLetterRedrivenOf('evidence'),
  'dead-letters.gateway.v1': deadLetterOf('gateway'),
  'dead-letters.runbooks.v1': deadLetterOf('runbooks'),
  'dead-letters.orders.v1': deadLetterOf('orders'),
  'dead-letters.evidence.v1': deadLetterOf('evidence'),
} as const satisfies Record<string, EventContract>;

function deadLetterOf<Owner extends ServiceName>(owner: Owner) {
  return {
    owner,
    summary: `The ${owner} service gave up on an event after its tries; it can be listed and redriven.`,
    schema: deadLetterRecorded,
    consumers: ['evidence'],
  } as const satisfies EventContract;
}

function deadLetterRedrivenOf<Owner extends ServiceName>(owner: Owner) {
  return {
    owner,
    summary: `Somebody had an event handled again that the ${owner} service had given up on.`,
    schema: deadLetterRedriven,
    consumers: ['evidence'],
  } as const satisfies EventContract;
}

export type EventName = keyof typeof eventCatalog;
/** The events that a service owns: publishing another service's event does not compile. */
export type EventNameOf<Owner extends ServiceName> = {
  [Name in EventName]: (typeof eventCatalog)[Name]['owner'] extends Owner ? Name : never;
}[EventName];
export type EventData<Name extends EventName> = z.output<(typeof eventCatalog)[Name]['schema']>;
