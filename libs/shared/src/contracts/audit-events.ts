import { administrationRead, evidenceRead, requestRefused } from './audit.ts';
import type { EventContract } from './event-contract.ts';

/** Events by which the ledger knows who was turned away, and who looked at what. */
export const auditEvents = {
  'gateway.request-refused.v1': {
    owner: 'gateway',
    summary: 'Requests were refused. Equal ones within a short time are one event with their number.',
    schema: requestRefused,
    consumers: ['evidence'],
  },
  'gateway.evidence-read.v1': {
    owner: 'gateway',
    summary: 'Somebody read evidence: a list, a bundle, a proof, a kit, entries of the ledger, the audit itself.',
    schema: evidenceRead,
    consumers: ['evidence'],
  },
  'gateway.administration-read.v1': {
    owner: 'gateway',
    summary: 'Somebody read what is for those who run the system: limits, keys, enrolment tokens, policies.',
    schema: administrationRead,
    consumers: ['evidence'],
  },
} as const satisfies Record<string, EventContract>;

export type AuditEventName = keyof typeof auditEvents;
