import { z } from 'zod';
import { auditPage, auditQuery } from './audit.ts';
import {
  bundleParams,
  evidenceDetail,
  evidencePage,
  evidencePageQuery,
  legalHoldRequest,
  retentionRequest,
  retentionResponse,
} from './evidence.ts';
import { eventCatalog, type EventContract, type ServiceName, services } from './event-catalog.ts';
import { hex, identifier, instant, uuid } from './identifiers.ts';
import {
  consistencyQuery,
  consistencyResponse,
  ledgerHead,
  proofResponse,
  provableKinds,
  tileQuestion,
  witnessAnswer,
  witnessReport,
} from './ledger.ts';
import { orderRequests } from './order-requests.ts';
import type { RequestContract } from './request-contract.ts';
import { runbookSummary } from './runbook.ts';
import { evidenceStats, incidentStats, orderStats } from './stats.ts';

export { type RequestContract };

/** An owner keeps an event until each of its consumers has answered. */
const ownersHeardBy = (consumer: ServiceName): ServiceName[] => {
  const events: EventContract[] = Object.values(eventCatalog);
  return services.filter((owner) => events.some((one) => one.owner === owner && one.consumers.includes(consumer)));
};

const missingEffects = (owner: 'runbooks' | 'orders' | 'evidence') =>
  ({
    owner,
    askers: ownersHeardBy(owner),
    summary: `Which of these events have had no effect in ${owner} yet; their owner then says them again.`,
    request: z.object({ type: z.string(), event_ids: z.array(z.string()).max(5000) }),
    response: z.object({ missing: z.array(z.string()) }),
  }) as const satisfies RequestContract;

/** Who does it, for the record. */
const actor = { principal_id: uuid, traceparent: z.string().optional() };

/** The site of whoever asks. The database then shows no other, whatever site the question names. */
const asker = {
  bound_site: identifier.optional().describe('Of the principal that asks; absent: it is bound to none.'),
};

const statsQuery = z.object({ site_id: identifier.nullable().describe('Null: the whole fleet.') });

/**
 * Every question that one service asks another, by its subject `rpc.<owner>.<verb>.v<N>`. The first token keeps
 * requests out of every stream: JetStream would answer them itself.
 */
export const requestCatalog = {
  ...orderRequests,
  'rpc.orders.stats.v1': {
    owner: 'orders',
    askers: ['gateway'],
    summary: 'Counts of appliances and orders.',
    request: statsQuery,
    response: orderStats,
  },
  'rpc.orders.missing-effects.v1': missingEffects('orders'),
  'rpc.runbooks.list.v1': {
    owner: 'runbooks',
    askers: ['gateway'],
    summary: 'The runbook catalogue.',
    request: z.object({}),
    response: z.object({ runbooks: z.array(runbookSummary) }),
  },
  'rpc.runbooks.read-texts.v1': {
    owner: 'runbooks',
    askers: ['evidence'],
    summary: 'The texts of published runbooks, by their digest.',
    request: z.object({ digests: z.array(hex(32)).max(100) }),
    response: z.object({
      runbooks: z.array(z.object({ digest: hex(32), runbook_id: z.string(), version: z.string(), text: z.string() })),
    }),
  },
  'rpc.runbooks.find-decision.v1': {
    owner: 'runbooks',
    askers: ['gateway'],
    summary: 'What was decided for an incident of a site, if it was yet.',
    request: z.object({ site_id: identifier, incident_id: uuid }),
    response: z.object({ tier: z.enum(['L1', 'L2', 'L3']).nullable(), runbook_id: z.string().nullable() }),
  },
  'rpc.runbooks.stats.v1': {
    owner: 'runbooks',
    askers: ['gateway'],
    summary: 'Counts of incidents.',
    request: statsQuery,
    response: incidentStats,
  },
  'rpc.runbooks.missing-effects.v1': missingEffects('runbooks'),
  'rpc.evidence.list.v1': {
    owner: 'evidence',
    askers: ['gateway'],
    summary: 'A page of the bundles of a site, newest first.',
    request: evidencePageQuery.extend({ site_id: identifier, ...asker }),
    response: evidencePage,
  },
  'rpc.evidence.stats.v1': {
    owner: 'evidence',
    askers: ['gateway'],
    summary: 'Counts of evidence bundles.',
    request: statsQuery,
    response: evidenceStats,
  },
  'rpc.evidence.health.v1': {
    owner: 'evidence',
    askers: ['gateway'],
    summary: 'Whether the vault answers.',
    request: z.object({}),
    response: z.object({
      object_store: z.enum(['connected', 'disconnected']),
      oldest_unsealed_seconds: z.number().nonnegative().describe('How long the oldest bundle waits for its seal.'),
      checked_at: instant,
    }),
  },
  'rpc.evidence.describe.v1': {
    owner: 'evidence',
    askers: ['gateway'],
    summary: 'One bundle: its states with their times, its retention, its place in the ledger.',
    request: bundleParams.extend(asker),
    response: evidenceDetail,
  },
  'rpc.evidence.set-legal-hold.v1': {
    owner: 'evidence',
    askers: ['gateway'],
    summary: 'Put a sealed bundle under legal hold, or free it.',
    request: z.object({ ...bundleParams.shape, ...legalHoldRequest.shape, ...actor, ...asker }),
    response: retentionResponse,
  },
  'rpc.evidence.extend-retention.v1': {
    owner: 'evidence',
    askers: ['gateway'],
    summary: 'Keep a sealed bundle for longer; never for less.',
    request: z.object({ ...bundleParams.shape, ...retentionRequest.shape, ...actor, ...asker }),
    response: retentionResponse,
  },
  'rpc.evidence.ledger-head.v1': {
    owner: 'evidence',
    askers: ['gateway'],
    summary: 'The newest checkpoint of the ledger.',
    request: z.object({}),
    response: ledgerHead.extend({ verifier_key: z.string().describe('C2SP vkey of the log.') }),
  },
  'rpc.evidence.read-tile.v1': {
    owner: 'evidence',
    askers: ['gateway'],
    summary: 'A hash tile of the ledger (C2SP tlog-tiles).',
    request: tileQuestion,
    response: z.object({ bytes: z.string().describe('Base64.') }),
  },
  'rpc.evidence.prove.v1': {
    owner: 'evidence',
    askers: ['gateway'],
    summary: 'That a bundle, an order or an incident of a site is in the ledger.',
    request: z.object({ site_id: identifier, kind: z.enum(provableKinds), id: z.string().max(64) }),
    response: proofResponse,
  },
  'rpc.evidence.prove-consistency.v1': {
    owner: 'evidence',
    askers: ['gateway'],
    summary: 'That one state of the ledger is the beginning of a later one.',
    request: consistencyQuery,
    response: consistencyResponse,
  },
  'rpc.evidence.witness.v1': {
    owner: 'evidence',
    askers: ['gateway'],
    summary: 'Takes the cosignature of an appliance and shows it the newest checkpoint.',
    request: witnessReport.extend({ site_id: identifier, host_id: identifier }),
    response: witnessAnswer,
  },
  'rpc.evidence.read-audit.v1': {
    owner: 'evidence',
    askers: ['gateway'],
    summary: 'A page of the events of the ledger, newest first.',
    request: auditQuery,
    response: auditPage,
  },
  'rpc.evidence.missing-effects.v1': missingEffects('evidence'),
} as const satisfies Record<string, RequestContract>;

export type RequestName = keyof typeof requestCatalog;
export type RequestNameOf<Owner extends ServiceName> = {
  [Name in RequestName]: (typeof requestCatalog)[Name]['owner'] extends Owner ? Name : never;
}[RequestName];
export type RequestOf<Name extends RequestName> = z.output<(typeof requestCatalog)[Name]['request']>;
export type ResponseOf<Name extends RequestName> = z.output<(typeof requestCatalog)[Name]['response']>;
