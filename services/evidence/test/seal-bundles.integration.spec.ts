import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { evidenceRecorded } from '@countersign/shared/contracts';
import { nodeEd25519, sha256Hex } from '@countersign/shared/crypto';
import { AppError } from '@countersign/shared/kernel';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { type ChainLink, linkHashOf } from '../src/domain/chain-link.ts';
import { holdNextPut } from './hold-next-put.ts';
import {
  type Enrolment,
  enrolment,
  type Evidence,
  openTestVault,
  signerOf,
  startEvidence,
  submitted,
  type TestVault,
  vaultDown,
} from './start-evidence.ts';

let database: TestDatabase;
let vault: TestVault;
let orders: Enrolment;
let evidence: Evidence;
let replica: Evidence;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
  vault = await openTestVault();
  orders = enrolment();
  evidence = startEvidence(database.databaseUrl, vault, orders);
  replica = startEvidence(database.databaseUrl, vault, orders);
});

beforeEach(() => {
  vault.failure = undefined;
  vault.puts = 0;
});

afterAll(async () => {
  await Promise.all([evidence?.stop(), replica?.stop()]);
  await vault?.remove();
  await database?.drop();
});

async function recordSome(siteId: string, count: number, changes = {}) {
  const events = Array.from({ length: count }, () => submitted({ site_id: siteId, ...changes }));
  await evidence.record(events);
  return events;
}

async function sealsOf(siteId: string) {
  const { rows } = await evidence.pool.query<{
    key: string;
    uri: string;
    version_id: string;
    sha256: string;
    size: number;
    bundle_id: string;
    retain_until: Date;
  }>(
    'select s.*, b.bundle_id from seals s join bundles b using (evidence_id) where b.site_id = $1 order by b.position',
    [siteId],
  );
  return rows;
}

const sealAll = async (by = evidence) => {
  while ((await by.seal(64)).claimed > 0);
};
const due = () => evidence.pool.query('update seal_queue set next_at = now()');
const waiting = async () => (await evidence.queue.oldest()).waiting;

describe('sealing', () => {
  it('puts a bundle into the vault as it was signed, and says so only then', async () => {
    const signer = signerOf(1);
    orders.keys!.set('sealed:A/box-1', signer.publicKey);
    const event = submitted({ site_id: 'sealed:A', order_id: '0123456789abcdef' }, signer);
    await evidence.record([event]);
    expect(evidence.saidEvents('evidence.recorded.v1')).toEqual([]);
    const before = Date.now();
    expect(await evidence.seal(64)).toEqual({ claimed: 1, sealed: 1, vaultDown: false });
    const [seal] = await sealsOf('sealed:A');
    const bytes = Buffer.from(await vault.get(seal!.key, seal!.version_id));
    expect([sha256Hex(bytes), bytes.length]).toEqual([seal!.sha256, seal!.size]);
    const envelope = JSON.parse(bytes.toString('utf8')) as ChainLink & { document: string; trace_id: string };
    expect(envelope.document).toBe(event.data.document);
    expect(nodeEd25519.verify(envelope.document, envelope.signature!, envelope.public_key!)).toBe(true);
    expect(linkHashOf(envelope)).toBe(envelope.link_hash);
    expect(envelope.trace_id).toBe(event.traceparent!.slice(3, 35));
    const retention = seal!.retain_until.getTime() - before;
    expect(retention).toBeGreaterThanOrEqual(2_192 * 86_400_000);
    expect(retention).toBeLessThan(2_192 * 86_400_000 + 60_000);
    const [said] = evidence.saidEvents('evidence.recorded.v1');
    expect(said).toMatchObject({ id: `recorded:${event.data.evidence_id}`, subject: 'sealed:A' });
    expect(said!.traceparent!.slice(3, 35)).toBe(envelope.trace_id);
    expect(evidenceRecorded.parse(said!.data)).toMatchObject({
      order_id: '0123456789abcdef',
      uri: seal!.uri,
      version_id: seal!.version_id,
      position: 1,
      link_hash: envelope.link_hash,
    });
    const { rows } = await evidence.pool.query(`select payload from outbox where subject = 'evidence.recorded.v1'`);
    expect(JSON.parse((rows[0] as { payload: string }).payload)).toEqual([said]);
  });

  it('says by how much a bundle lies behind the server, when that is more than an hour', async () => {
    const times = (timestamp: string) => ({ timestamp_start: timestamp, timestamp_end: timestamp });
    const submitted_at = '2026-11-21T10:00:00.000Z';
    const ages = ['2026-11-20T10:00:00Z', '2026-11-21T09:00:00Z'];
    const events = ages.map((age) => submitted({ site_id: 'late', submitted_at, ...times(age) }));
    await evidence.record(events);
    await sealAll();
    const recorded = evidence.saidEvents('evidence.recorded.v1').filter((event) => event.subject === 'late');
    const behind = new Map(
      recorded.map(({ data }) => evidenceRecorded.parse(data)).map((data) => [data.bundle_id, data]),
    );
    expect(behind.get(events[0]!.data.bundle_id)).toHaveProperty('clock_behind_seconds', 86_400);
    expect(behind.get(events[1]!.data.bundle_id)).not.toHaveProperty('clock_behind_seconds');
  });

  it('tells who waits for an upload when it is sealed, and answers a repeat with the seal', async () => {
    const [upload] = await recordSome('upload', 1, { channel: 'upload' });
    expect(evidence.replyTo(upload!.id)).toEqual([]);
    await sealAll(replica);
    const [seal] = await sealsOf('upload');
    const told = {
      outcome: 'sealed',
      uri: seal!.uri,
      retain_until: seal!.retain_until.toISOString(),
      evidence_id: upload!.data.evidence_id,
    };
    expect(replica.replyTo(upload!.id)).toMatchObject([told]);
    await evidence.record([{ ...upload!, id: 'again' }]);
    expect(evidence.replyTo('again')).toMatchObject([told]);
  });

  it('keeps bundles accepted while the vault is down, tries few of them, and catches up', async () => {
    await recordSome('outage', 100);
    vault.failure = vaultDown();
    expect(await evidence.seal(64)).toEqual({ claimed: 64, sealed: 0, vaultDown: true });
    expect(vault.puts).toBeLessThanOrEqual(16);
    expect(await waiting()).toBe(100);
    const { rows } = await evidence.pool.query<{ count: string }>(
      'select count(*) from seal_queue where attempts = 0 and next_at <= now()',
    );
    expect(Number(rows[0]!.count)).toBeGreaterThanOrEqual(84);
    vault.failure = undefined;
    await due();
    await sealAll();
    expect(await waiting()).toBe(0);
    expect(await sealsOf('outage')).toHaveLength(100);
  });

  it('puts one bundle off that the vault refuses, and seals the others', async () => {
    const [bad] = await recordSome('refused', 5);
    const taken = { contentType: 'application/json', retainUntil: new Date(Date.now() + 86_400_000) };
    const { rows } = await evidence.pool.query<{ recorded_at: Date }>(
      `select recorded_at from bundles where site_id = 'refused' and position = 1`,
    );
    const key = `refused/${rows[0]!.recorded_at.toISOString().slice(0, 10).replaceAll('-', '/')}/${bad!.data.bundle_id}.json`;
    await vault.put({ ...taken, key, bytes: Buffer.from('somebody else was here') });
    expect(await evidence.seal(64)).toEqual({ claimed: 5, sealed: 4, vaultDown: false });
    expect(await waiting()).toBe(1);
    expect((await sealsOf('refused')).map((seal) => seal.bundle_id)).not.toContain(bad!.data.bundle_id);
    await evidence.pool.query('delete from seal_queue');
  });

  it('leaves exactly one object when the process dies between the vault and the row', async () => {
    const events = await recordSome('crash', 20);
    const dying = startEvidence(database.databaseUrl, vault, orders);
    dying.queue.seal = () => Promise.reject(new AppError('DATABASE.UNAVAILABLE', 'unavailable', 'killed here'));
    await expect(dying.seal(64)).rejects.toThrow('killed here');
    await dying.stop();
    expect(await vault.objects('crash/')).toHaveLength(20);
    expect(await sealsOf('crash')).toEqual([]);
    // Leased to the dead until its lease ends.
    expect(await replica.seal(64)).toMatchObject({ claimed: 0 });
    await due();
    await sealAll(replica);
    const objects = await vault.objects('crash/');
    const seals = await sealsOf('crash');
    expect(objects).toHaveLength(20);
    expect(seals.map(({ key, version_id }) => `${key} ${version_id}`).toSorted()).toEqual(
      objects.map(({ key, versionId }) => `${key} ${versionId}`).toSorted(),
    );
    // The retention is that of the object, not that of the second attempt.
    expect(seals.map((seal) => seal.retain_until.toISOString()).toSorted()).toEqual(
      objects.map((object) => object.retainUntil.toISOString()).toSorted(),
    );
    const said = replica.saidEvents('evidence.recorded.v1').map((event) => event.id);
    for (const event of events) expect(said).toContain(`recorded:${event.data.evidence_id}`);
  });

  it('keeps its bundles on a short lease for as long as the vault takes', async () => {
    await recordSome('long', 3);
    const { put, letGo } = holdNextPut(vault);
    const leases = async () =>
      (await evidence.pool.query<{ next_at: Date }>('select max(next_at) as next_at from seal_queue')).rows[0]!.next_at;
    const slow = startEvidence(database.databaseUrl, vault, orders, { leaseSeconds: 1 });
    const round = slow.seal(64);
    await vi.waitFor(() => expect(put).toHaveBeenCalledTimes(3), 10_000);
    const first = await leases();
    await vi.waitFor(async () => expect((await leases()).getTime()).toBeGreaterThan(first.getTime() + 1_000), 10_000);
    expect(await replica.seal(64)).toMatchObject({ claimed: 0 });
    letGo();
    expect(await round).toMatchObject({ claimed: 3, sealed: 3 });
    put.mockRestore();
    await slow.stop();
    expect(await waiting()).toBe(0);
  });

  it('says and notes a seal once when a lease ran out and two replicas sealed the same bundle', async () => {
    const [event] = await recordSome('slow', 1);
    const { put, letGo } = holdNextPut(vault);
    const slow = evidence.seal(64);
    await vi.waitFor(() => expect(put).toHaveBeenCalledTimes(1), 10_000);
    await due();
    await replica.seal(64);
    letGo();
    await slow;
    put.mockRestore();
    expect(await sealsOf('slow')).toHaveLength(1);
    expect(await vault.objects('slow/')).toHaveLength(1);
    const said = [evidence, replica].flatMap((one) => one.saidEvents('evidence.recorded.v1'));
    const id = `recorded:${event!.data.evidence_id}`;
    expect(said.filter((one) => one.id === id)).toHaveLength(1);
    const { rows } = await evidence.pool.query('select id from outbox where strpos(payload, $1) > 0', [id]);
    expect(rows).toHaveLength(1);
  });

  it('divides the queue between replicas', async () => {
    await recordSome('shared', 200);
    await Promise.all([sealAll(evidence), sealAll(replica)]);
    expect(vault.puts).toBe(200);
    expect(await sealsOf('shared')).toHaveLength(200);
  });
});
