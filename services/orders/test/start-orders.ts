import type { EventEnvelope, EvidenceRecorded, RequestOf, RunbookSelected } from '@countersign/shared/contracts';
import { openKeyRing } from '@countersign/shared/crypto';
import { newId } from '@countersign/shared/kernel';
import { envelopeOf, type Messaging } from '@countersign/shared/messaging';
import { createPool, type Pool } from '@countersign/shared/persistence';
import { createLogger, newTraceparent } from '@countersign/shared/telemetry';
import { createTestDatabase } from '@countersign/shared/testing';
import { inject } from 'vitest';
import { anIncident } from '../src/domain/sample-incident.ts';
import { createAcknowledgeOrders } from '../src/features/acknowledge-order/acknowledge-order.handler.ts';
import { createCheckInAppliances } from '../src/features/check-in/check-in.handler.ts';
import { createCloseOrders } from '../src/features/close-order-when-evidence-recorded/close-order.handler.ts';
import { createEnrolAppliances } from '../src/features/enrol-appliance/enrol-appliance.handler.ts';
import { createExpireOrders } from '../src/features/expire-orders/expire-orders.handler.ts';
import { createFindMissingEffects } from '../src/features/find-missing-effects/find-missing-effects.handler.ts';
import { createFindOrders } from '../src/features/find-order/find-order.handler.ts';
import { createIssueOrders } from '../src/features/issue-order/issue-order.handler.ts';
import { createNoticeSilence } from '../src/features/notice-silence/notice-silence.handler.ts';
import { createFetchOrders } from '../src/features/poll-orders/fetch-orders.ts';
import { createPollOrders } from '../src/features/poll-orders/poll-orders.handler.ts';
import { createReadApplianceKeys } from '../src/features/read-appliance-key/read-appliance-key.handler.ts';
import { ApplianceRepository } from '../src/persistence/appliance.repository.ts';
import { ClosingRepository } from '../src/persistence/closing.repository.ts';
import { DeliveryRepository } from '../src/persistence/delivery.repository.ts';
import { EffectRepository } from '../src/persistence/effect.repository.ts';
import { EnrolmentRepository } from '../src/persistence/enrolment.repository.ts';
import { IssueRepository } from '../src/persistence/issue.repository.ts';
import { SilenceRepository } from '../src/persistence/silence.repository.ts';

type Said = Parameters<Messaging['publish']>[0][number];
type CheckIn = RequestOf<'rpc.orders.check-in.v1'>;
type Replied = Parameters<Messaging['reply']>[0][number];

export const keyRing = openKeyRing({
  signingSeed: '11'.repeat(32),
  previousPublicKey: openKeyRing({ signingSeed: '22'.repeat(32) }).publicKey,
});

/** Every use case of the service on one pool, as one replica has them; what it says is kept to look at. */
export function startOrders(databaseUrl: string, connections = 8) {
  const pool: Pool = createPool({ databaseUrl, applicationName: 'orders-spec', max: connections });
  const published: Said[] = [];
  const replies: Replied[] = [];
  const messaging = {
    publish: (rows: readonly Said[]) => void published.push(...rows),
    reply: (list: readonly Replied[]) => void replies.push(...list),
  };
  const time = { now: new Date() };
  const clock = { now: () => new Date(time.now) };
  const issues = new IssueRepository(pool);
  const deliveries = new DeliveryRepository(pool);
  const appliances = new ApplianceRepository(pool);
  const closings = new ClosingRepository(pool);
  const fetchOrders = createFetchOrders({ repository: deliveries, messaging, clock });
  const logger = createLogger({ service: 'orders', level: 'fatal' });
  return {
    pool,
    published,
    replies,
    time,
    later: (seconds: number) => void (time.now = new Date(time.now.getTime() + seconds * 1_000)),
    issues,
    issue: createIssueOrders({ repository: issues, messaging, signer: async () => keyRing, clock, ttlSeconds: 900 }),
    poll: createPollOrders({ fetchOrders, repository: deliveries }),
    checkIn: createCheckInAppliances({
      repository: appliances,
      fetchOrders,
      messaging,
      toldKeys: async () => keyRing.publicKeys,
      clock,
    }),
    acknowledge: createAcknowledgeOrders({ repository: deliveries, messaging, clock, executionLimitSeconds: 1_800 }),
    enrol: createEnrolAppliances({
      repository: new EnrolmentRepository(pool),
      messaging,
      toldKeys: async () => keyRing.publicKeys,
      clock,
    }),
    close: createCloseOrders({ repository: closings, messaging, clock }),
    expire: createExpireOrders({ repository: closings, messaging, clock, logger, atOnce: 50 }),
    noticeSilence: createNoticeSilence({
      repository: new SilenceRepository(pool),
      messaging,
      clock,
      logger,
      silentMinutes: 60,
      atOnce: 50,
    }),
    findOrders: createFindOrders(issues),
    readKeys: createReadApplianceKeys(appliances),
    findMissingEffects: createFindMissingEffects(new EffectRepository(pool)),
    stop: () => pool.end(),
  };
}

export type Orders = ReturnType<typeof startOrders>;

/** Two replicas on a database of their own. */
export async function startReplicas() {
  const { databaseUrl, drop } = await createTestDatabase(inject('adminDatabaseUrl'), 'orders');
  const orders = startOrders(databaseUrl);
  const replica = startOrders(databaseUrl);
  return {
    databaseUrl,
    orders,
    replica,
    async stop(): Promise<void> {
      await Promise.all([orders.stop(), replica.stop()]);
      await drop();
    },
  };
}

/** What box-1 of a site says at a check-in, unless told otherwise. */
export const checkInOf = (site_id: string, changes: Partial<CheckIn> = {}): CheckIn => ({
  site_id,
  host_id: 'box-1',
  deployment_mode: 'direct',
  policy_version: '1.0',
  may_replace_key: false,
  ...changes,
});

/** An event as runbooks says it; the incident is a full disk unless told otherwise. */
export function selected(
  changes: Partial<RunbookSelected> = {},
  replyto?: string,
): EventEnvelope<'runbooks.selected.v1'> {
  const data = anIncident(changes);
  return envelopeOf('runbooks.selected.v1', {
    owner: 'runbooks',
    id: `selected:${data.incident_id}`,
    subject: data.site_id,
    time: data.decided_at,
    traceparent: newTraceparent(false),
    ...(replyto && { replyto }),
    data,
  });
}

/** An event as evidence says it. */
export function recorded(changes: Partial<EvidenceRecorded>): EventEnvelope<'evidence.recorded.v1'> {
  const evidence_id = newId();
  const data: EvidenceRecorded = {
    evidence_id,
    bundle_id: `bundle-${evidence_id}`,
    site_id: 'clinic-7',
    host_id: 'box-1',
    order_id: null,
    outcome: 'success',
    position: 1,
    digest: 'ab'.repeat(32),
    link_hash: 'cd'.repeat(32),
    uri: 'file:///vault/x',
    version_id: '1',
    retain_until: '2032-01-10T12:00:00Z',
    recorded_at: '2026-01-10T12:00:00Z',
    ...changes,
  };
  const id = `recorded:${data.evidence_id}`;
  const traceparent = newTraceparent(false);
  return envelopeOf('evidence.recorded.v1', {
    owner: 'evidence',
    id,
    subject: data.site_id,
    time: data.recorded_at,
    traceparent,
    data,
  });
}

/** The events that stand in the outbox about a site, oldest commit first. */
export async function eventsAbout(pool: Pool, siteId: string): Promise<EventEnvelope[]> {
  const { rows } = await pool.query<{ payload: string }>('select payload from outbox order by id');
  return rows.flatMap((row) => JSON.parse(row.payload) as EventEnvelope[]).filter((event) => event.subject === siteId);
}
