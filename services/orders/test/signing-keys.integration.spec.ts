import { afterAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { eventCatalog, type EventEnvelope, fleetSubject } from '@countersign/shared/contracts';
import { keyIdOf, nodeEd25519 } from '@countersign/shared/crypto';
import { createPool, type Pool } from '@countersign/shared/persistence';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { noteSigningKey } from '../src/features/note-signing-key/note-signing-key.handler.ts';
import { SigningKeyRepository } from '../src/persistence/signing-key.repository.ts';
import { eventsAbout } from './start-orders.ts';

const databases: TestDatabase[] = [];
const pools: Pool[] = [];
let pool: Pool;
let admin: Pool;
let published: string[];

beforeEach(async () => {
  const database = await createTestDatabase(inject('adminDatabaseUrl'), 'orders');
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'orders-spec', max: 8 });
  admin = createPool({ databaseUrl: database.adminUrl, applicationName: 'orders-spec', max: 1 });
  databases.push(database);
  pools.push(pool, admin);
  published = [];
});

afterAll(async () => {
  await Promise.all(pools.map((one) => one.end()));
  await Promise.all(databases.map((one) => one.drop()));
});

const keyOf = (byte: string) => {
  const publicKey = nodeEd25519.publicKeyOf(byte.repeat(32));
  return { keyId: keyIdOf(publicKey), publicKey };
};
const [first, second, third] = [keyOf('11'), keyOf('22'), keyOf('33')];

/** What a process does when it starts with this key. */
const start = (keyRing: { keyId: string; publicKey: string }) =>
  noteSigningKey({
    repository: new SigningKeyRepository(pool),
    messaging: { publish: (rows) => void published.push(...rows.map((row) => row.payload)) },
    keyRing,
  });
const said = () => eventsAbout(pool, fleetSubject);

describe('the key that orders are signed with', () => {
  it('is said to be created when it is the first ever, and never again', async () => {
    await start(first);
    await start(first);
    const [event, ...more] = await said();
    expect(more).toEqual([]);
    expect(event).toMatchObject({ type: 'orders.key-created.v1', id: `key-created:${first.keyId}`, source: '/orders' });
    eventCatalog['orders.key-created.v1'].schema.parse(event!.data);
    expect(published.flatMap((payload) => JSON.parse(payload) as EventEnvelope[])).toEqual([event]);
    const { rows } = await pool.query('select * from signing_keys');
    expect(rows).toEqual([{ key_id: first.keyId, public_key: first.publicKey, first_used_at: new Date(event!.time) }]);
  });

  it('is said to be rotated with the one before it; one that comes back is no news', async () => {
    for (const key of [first, second, first, third, second]) await start(key);
    const events = await said();
    expect(events.map((event) => event.type)).toEqual([
      'orders.key-created.v1',
      'orders.key-rotated.v1',
      'orders.key-rotated.v1',
    ]);
    const rotations = events.slice(1).map((event) => eventCatalog['orders.key-rotated.v1'].schema.parse(event.data));
    expect(rotations).toMatchObject([
      { key_id: second.keyId, previous_key_id: first.keyId, previous_public_key: first.publicKey },
      { key_id: third.keyId, previous_key_id: second.keyId, previous_public_key: second.publicKey },
    ]);
  });

  it('is said once by replicas that start at the same moment, also when they differ', async () => {
    await Promise.all([start(first), start(first), start(first), start(first)]);
    await Promise.all([start(first), start(second), start(second), start(first)]);
    expect((await said()).map((event) => event.type)).toEqual(['orders.key-created.v1', 'orders.key-rotated.v1']);
  });

  it('comes after every key before it though the clock was set back', async () => {
    await start(first);
    await admin.query('alter table orders.signing_keys disable trigger signing_keys_stay');
    await admin.query(`update orders.signing_keys set first_used_at = now() + interval '1 day'`);
    await start(second);
    await start(third);
    const rotations = (await said()).filter((event) => event.type === 'orders.key-rotated.v1');
    expect(rotations.map((event) => (event.data as { previous_key_id: string }).previous_key_id)).toEqual([
      first.keyId,
      second.keyId,
    ]);
  });

  it('stays on record whoever would have it otherwise', async () => {
    await start(first);
    await expect(pool.query('delete from signing_keys')).rejects.toThrow(/permission denied/);
    for (const attempt of ['delete from', 'truncate']) {
      await expect(admin.query(`${attempt} orders.signing_keys`)).rejects.toThrow(/is refused/);
    }
  });

  it('is not noted when it cannot be said', async () => {
    const repository = new SigningKeyRepository(pool);
    const silent = () => {
      throw new Error('no words');
    };
    await expect(repository.note(first, silent)).rejects.toThrow();
    expect((await pool.query('select from signing_keys')).rowCount).toBe(0);
  });
});
