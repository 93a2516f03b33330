import type { INestApplication } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type EventEnvelope, type RequestName, type RequestOf, type ResponseOf, requestCatalog } from '@countersign/shared/contracts';
import { newId, systemClock } from '@countersign/shared/kernel';
import { createHttpApp } from '@countersign/shared/http';
import { joinBatch, type Messaging, NatsStrategy, PassOnErrorsFilter, ReplyInbox, startMessaging } from '@countersign/shared/messaging';
import { createDataSource, createPool, type DataSource, type Pool } from '@countersign/shared/persistence';
import { createLogger } from '@countersign/shared/telemetry';
import { createTestDatabase, emptyBroker, type TestDatabase } from '@countersign/shared/testing';
import { AppModule } from '../src/app.module.ts';
import { recordDurable } from '../src/domain/durables.ts';
import { createPutBundle } from '../src/features/seal-bundles/put-bundle.ts';
import { createSealBundles } from '../src/features/seal-bundles/seal-bundles.handler.ts';
import { Sealer } from '../src/features/seal-bundles/sealer.ts';
import { AuditRepository } from '../src/persistence/audit.repository.ts';
import { BundleEntity } from '../src/persistence/bundle.entity.ts';
import { ChainRepository } from '../src/persistence/chain.repository.ts';
import { EvidenceRepository } from '../src/persistence/evidence.repository.ts';
import { RefusalEntity } from '../src/persistence/refusal.entity.ts';
import { SealEntity } from '../src/persistence/seal.entity.ts';
import { SealQueueRepository } from '../src/persistence/seal-queue.repository.ts';
import { openTestVault, signerOf, submitted, type TestVault, vaultDown } from './start-evidence.ts';

/** The whole service between a gateway and an orders service, of which only the messaging is there. */
const logger = createLogger({ service: 'evidence', level: 'fatal' });
const keys = new Map<string, string>();
const stops: (() => Promise<unknown>)[] = [];
let vault: TestVault;
let pool: Pool;
let gatewayPool: Pool;
let gateway: Messaging;
let inbox: ReplyInbox;

class Root {}

async function startNeighbour(service: 'gateway' | 'orders'): Promise<{ messaging: Messaging; pool: Pool }> {
  const database: TestDatabase = await createTestDatabase(inject('adminDatabaseUrl'), service);
  const own = createPool({ databaseUrl: database.databaseUrl, applicationName: `${service}-spec`, max: 2 });
  const messaging = await startMessaging({ service, natsUrl: inject('natsUrl'), replicas: 1, pool: own, logger });
  stops.unshift(
    () => messaging.close(),
    () => own.end(),
    () => database.drop(),
  );
  return { messaging, pool: own };
}

async function startService(): Promise<void> {
  const database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'evidence-spec', max: 4 });
  const source: DataSource = createDataSource({
    databaseUrl: database.databaseUrl,
    schema: 'evidence',
    applicationName: 'evidence-spec',
    entities: [BundleEntity, SealEntity, RefusalEntity],
  });
  await source.initialize();
  const messaging = await startMessaging({ service: 'evidence', natsUrl: inject('natsUrl'), replicas: 1, pool, logger });
  const queue = new SealQueueRepository(pool);
  const putBundle = createPutBundle({ vault, retentionDays: 30, clock: systemClock });
  const sealBundles = createSealBundles({ queue, putBundle, messaging, logger });
  const sealer = new Sealer({ sealBundles, oldest: () => queue.oldest(), logger, idleMs: 100 });
  sealer.start();
  const module = AppModule.with({
    messaging,
    vault,
    chains: new ChainRepository(pool, recordDurable),
    audit: new AuditRepository(pool),
    evidence: new EvidenceRepository(source),
    wakeSealer: () => sealer.wake(),
  });
  const app: INestApplication = await createHttpApp({ module: Root, imports: [module] }, { logger });
  const strategy = new NatsStrategy(messaging);
  app.connectMicroservice({ strategy }, { deferInitialization: true }).useGlobalFilters(new PassOnErrorsFilter());
  await app.startAllMicroservices();
  stops.unshift(
    () => strategy.close(),
    () => sealer.stop(),
    () => messaging.close(),
    () => app.close(),
    () => Promise.all([pool.end(), source.destroy()]),
    () => database.drop(),
  );
}

beforeAll(async () => {
  await emptyBroker(inject('natsUrl'));
  vault = await openTestVault();
  ({ messaging: gateway, pool: gatewayPool } = await startNeighbour('gateway'));
  inbox = new ReplyInbox(gateway.broker.connection);
  const { messaging: orders } = await startNeighbour('orders');
  orders.serve('rpc.orders.appliance-key.v1', (items) =>
    Promise.resolve(
      (items as RequestOf<'rpc.orders.appliance-key.v1'>[]).map(({ site_id, host_id }) => ({ public_key: keys.get(`${site_id}/${host_id}`) ?? null })),
    ),
  );
  orders.serve('rpc.orders.missing-effects.v1', (items) => Promise.resolve(items.map(() => ({ missing: [] }))));
  await startService();
});

afterAll(async () => {
  inbox?.close();
  for (const stop of stops) await stop();
  await vault?.remove();
});

/** Hands bundles in as the gateway does: committed to its outbox, then published; waits for the replies. */
async function handIn(...events: EventEnvelope<'gateway.evidence-submitted.v1'>[]) {
  const waiting = events.map((event) => inbox.wait(event.id, 10_000));
  const payload = joinBatch(events.map((event) => JSON.stringify({ ...event, replyto: inbox.subject })));
  const row = { id: newId(), subject: 'gateway.evidence-submitted.v1', payload };
  await gatewayPool.query('insert into outbox (id, subject, payload) values ($1, $2, $3)', [row.id, row.subject, row.payload]);
  gateway.publish([row]);
  return { row, replies: await Promise.all(waiting) };
}

/** As the gateway asks; the answer is held against its contract. */
async function ask<Name extends RequestName>(name: Name, item: RequestOf<Name>): Promise<ResponseOf<Name>> {
  return requestCatalog[name].response.parse(await gateway.requester.ask(name, item)) as ResponseOf<Name>;
}

const patience = { timeout: 15_000, interval: 50 };

describe('the evidence service', () => {
  it('answers an upload when it is sealed, lists it, and has it in the trail with everything that followed', async () => {
    const signer = signerOf(7);
    keys.set('walk/box-1', signer.publicKey);
    const good = submitted({ site_id: 'walk', channel: 'upload' }, signer);
    const forged = submitted({ site_id: 'walk' }, signerOf(8));
    const { replies } = await handIn(good, forged);
    const [object] = await vault.objects('walk/');
    expect(replies).toMatchObject([
      { outcome: 'sealed', uri: object!.uri, retain_until: object!.retainUntil.toISOString(), evidence_id: good.data.evidence_id },
      { error: { code: 'EVIDENCE.SIGNATURE_INVALID', kind: 'unprocessable' } },
    ]);
    const page = await ask('rpc.evidence.list.v1', { site_id: 'walk', limit: 50, offset: 0 });
    expect(page).toMatchObject({
      site_id: 'walk',
      count: 1,
      evidence: [
        {
          bundle_id: good.data.bundle_id,
          position: 1,
          s3_uri: object!.uri,
          hipaa_controls: good.data.hipaa_controls,
          signature: `${good.data.signature!.slice(0, 32)}...`,
        },
      ],
    });
    expect(await ask('rpc.evidence.stats.v1', { site_id: 'walk' })).toEqual({ evidence_24h: { sealed: 1, refused: 1 } });
    await vi.waitFor(async () => {
      const { rows } = await pool.query<{ event_id: string; type: string; trace_id: string; data: string }>(
        `select event_id, type, trace_id, data from audit_records where site_id = 'walk' order by type`,
      );
      expect(rows.map(({ event_id }) => event_id)).toEqual(
        expect.arrayContaining([good.id, forged.id, `recorded:${good.data.evidence_id}`, `refused:${forged.id}`]),
      );
      const submission = rows.find(({ event_id }) => event_id === good.id)!;
      const { document: _, ...kept } = good.data;
      expect(JSON.parse(submission.data)).toEqual(kept);
      const traces = rows.filter(({ event_id }) => event_id.includes(good.id) || event_id.includes(good.data.evidence_id));
      expect(new Set(traces.map(({ trace_id }) => trace_id))).toEqual(new Set([good.traceparent!.slice(3, 35)]));
    }, patience);
  });

  it('lists the newest first, a page at a time, and another site sees nothing of it', async () => {
    const events = Array.from({ length: 5 }, () => submitted({ site_id: 'pages' }));
    await handIn(...events);
    const ids = async (limit: number, offset: number) =>
      (await ask('rpc.evidence.list.v1', { site_id: 'pages', limit, offset })).evidence.map((bundle) => bundle.position);
    expect(await ids(2, 0)).toEqual([5, 4]);
    expect(await ids(2, 2)).toEqual([3, 2]);
    expect(await ids(2, 4)).toEqual([1]);
    expect(await ask('rpc.evidence.list.v1', { site_id: 'page', limit: 50, offset: 0 })).toMatchObject({ count: 0, evidence: [] });
  });

  it('accepts while the vault is down and says so, then seals', async () => {
    vault.failure = vaultDown();
    const { replies } = await handIn(submitted({ site_id: 'outage' }));
    expect(replies).toMatchObject([{ outcome: 'accepted', uri: null }]);
    expect(await ask('rpc.evidence.stats.v1', { site_id: 'outage' })).toEqual({ evidence_24h: { accepted: 1 } });
    vault.failure = undefined;
    await vi.waitFor(
      async () => expect(await ask('rpc.evidence.stats.v1', { site_id: 'outage' })).toEqual({ evidence_24h: { sealed: 1 } }),
      patience,
    );
  });

  it('reports the health of the vault', async () => {
    expect(await ask('rpc.evidence.health.v1', {})).toMatchObject({ object_store: 'connected' });
  });

  it('names the effects that an event lacks, and no longer when it had them', async () => {
    const event = submitted({ site_id: 'effects' });
    const question = { type: 'gateway.evidence-submitted.v1', event_ids: [event.id, 'unknown'] };
    expect((await ask('rpc.evidence.missing-effects.v1', question)).missing).toEqual([event.id, 'unknown']);
    await handIn(event);
    await vi.waitFor(async () => expect((await ask('rpc.evidence.missing-effects.v1', question)).missing).toEqual(['unknown']), patience);
    expect(await ask('rpc.evidence.missing-effects.v1', { type: 'no.such.v1', event_ids: ['x'] })).toEqual({ missing: [] });
  });

  it('gives up a bundle that nobody can read, with its neighbours through, and its owner may forget all of them', async () => {
    const [one, other] = [submitted({ site_id: 'poison' }), submitted({ site_id: 'poison' })];
    const bad = submitted({ site_id: 'poison' });
    (bad.data as { submitted_at: unknown }).submitted_at = 'yesterday';
    const waiting = handIn(one, other);
    const row = { id: newId(), subject: 'gateway.evidence-submitted.v1', payload: joinBatch([JSON.stringify(bad)]) };
    await gatewayPool.query('insert into outbox (id, subject, payload) values ($1, $2, $3)', [row.id, row.subject, row.payload]);
    gateway.publish([row]);
    expect((await waiting).replies).toMatchObject([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
    await vi.waitFor(async () => {
      const { rows } = await pool.query('select consumer, event_id from dead_letters');
      expect(rows).toEqual([{ consumer: recordDurable, event_id: bad.id }]);
      const trail = await pool.query(`select event_id from audit_records where type = 'dead-letters.evidence.v1'`);
      expect(trail.rows).toEqual([{ event_id: `dead:${recordDurable}:${bad.id}` }]);
    }, patience);
    // The relay asks for the effects of what it published after 5 s, and forgets what had them.
    await vi.waitFor(async () => {
      for (const owner of [gatewayPool, pool]) expect((await owner.query('select id from outbox')).rows).toEqual([]);
    }, { timeout: 18_000, interval: 200 });
  });
});
