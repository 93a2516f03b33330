import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type EventEnvelope, eventCatalog, type EventNameOf, fleetSubject } from '@countersign/shared/contracts';
import { openOrderKeys } from '../src/features/keep-order-keys/open-order-keys.ts';
import { first, type KeyProcesses, logger, second, startKeyProcesses, third } from './start-key-processes.ts';
import { eventsAbout } from './start-orders.ts';

let world: KeyProcesses;
beforeEach(async () => void (world = await startKeyProcesses(inject('adminDatabaseUrl'))));
afterEach(() => world.close());

const said = async () => (await eventsAbout(world.pool, fleetSubject)).map(({ type, id }) => ({ type, id }));

describe('the keys that orders are signed with', () => {
  it('begin with the first one, which signs at once; replicas that start together say so once', async () => {
    const replicas = [world.aProcess(first), world.aProcess(first), world.aProcess(first)];
    await Promise.all(replicas.map((one) => one.step()));
    expect(await said()).toEqual([{ type: 'orders.key-created.v1', id: `key-created:${first.keyId}` }]);
    expect(await replicas[1]!.signs()).toBe(first.keyId);
    expect(await replicas[2]!.tells()).toEqual([first.publicKey]);
    const rows = await world.pool.query('select key_id, public_key from signing_keys');
    expect(rows.rows).toEqual([{ key_id: first.keyId, public_key: first.publicKey }]);
  });

  it('rotate in steps: announced, then signing beside the one before it, which then is gone', async () => {
    const [one, two] = [world.aProcess(first, second), world.aProcess(first, second)];
    await world.aProcess(first).step();
    await Promise.all([one.step(), two.step()]);
    expect([await one.signs(), await one.tells()]).toEqual([first.keyId, [first.publicKey, second.publicKey]]);
    await one.step();
    expect(await one.signs()).toBe(first.keyId); // not before every process tells it

    await world.later(6);
    await Promise.all([one.step(), two.step()]);
    expect([await two.signs(), await two.tells()]).toEqual([second.keyId, [second.publicKey, first.publicKey]]);

    await world.later(899);
    expect(await one.tells()).toEqual([second.publicKey, first.publicKey]);
    await world.later(20);
    expect(await one.tells()).toEqual([second.publicKey]);
    expect(await said()).toEqual([
      { type: 'orders.key-created.v1', id: `key-created:${first.keyId}` },
      { type: 'orders.key-announced.v1', id: `key-announced:${second.keyId}` },
      { type: 'orders.key-rotated.v1', id: `key-rotated:${second.keyId}` },
    ]);
    const events = world.published.flatMap((payload) => JSON.parse(payload) as EventEnvelope[]);
    expect(events.map((event) => event.type)).toEqual((await said()).map((event) => event.type));
    for (const event of events) eventCatalog[event.type as EventNameOf<'orders'>].schema.parse(event.data);
    expect(events[2]!.data).toMatchObject({ key_id: second.keyId, previous_key_id: first.keyId });
  });

  it('never return: a retired one signs nothing, starts no process, and the database refuses its return', async () => {
    await world.announce();
    await world.later(6);
    await world.aProcess(first, second).step();
    await world.later(920);
    await expect(world.aProcess(first).signs()).rejects.toMatchObject({ code: 'ORDERS.NO_SIGNING_KEY' });
    expect(await world.aProcess(first).step()).toBe(false);
    const settings = {
      ORDER_SIGNING_KEY: '11'.repeat(32),
      ORDER_KEY_ANNOUNCE_SECONDS: 3_600,
      ORDER_TTL_SECONDS: 900,
      APPLIANCE_SILENT_MINUTES: 60,
      ORDER_KEYS_DIR: undefined,
      ORDER_SIGNING_KEY_PASSPHRASE: undefined,
    };
    const messaging = { publish: () => undefined };
    await expect(openOrderKeys({ settings, pool: world.pool, messaging, logger })).rejects.toMatchObject({
      code: 'ORDERS.KEY_RETIRED',
    });
    for (const change of [
      'set retires_at = null',
      `set retires_at = now() + interval '1 hour'`,
      `set public_key = repeat('0', 64)`,
    ])
      await expect(world.pool.query(`update order_keys ${change} where key_id = $1`, [first.keyId])).rejects.toThrow(
        /refused/,
      );
    for (const attempt of ['delete from', 'truncate'])
      await expect(world.admin.query(`${attempt} orders.order_keys`)).rejects.toThrow(/is refused/);
  });

  it('let a process that was forgotten sign with the one before only what that one outlives', async () => {
    await world.announce();
    await world.later(6);
    await world.aProcess(first, second).step();
    const forgotten = world.aProcess(first);
    expect(await forgotten.signs()).toBe(first.keyId);
    await world.later(11);
    await expect(forgotten.signs()).rejects.toMatchObject({ code: 'ORDERS.NO_SIGNING_KEY', kind: 'unavailable' });
    expect(await forgotten.tells()).toEqual([second.publicKey, first.publicKey]);
  });

  it('rotate one after the other: a third one waits until the first is gone', async () => {
    await world.announce();
    const all = world.aProcess(first, second, third);
    expect(await all.step()).toBe(false);
    await world.later(6);
    await all.step();
    expect(await all.step()).toBe(false);
    await world.later(920);
    expect(await all.step()).toBe(true);
    expect(await all.tells()).toEqual([second.publicKey, third.publicKey]);
  });

  it('are replaced soon when no process holds the one that signs any more', async () => {
    await world.aProcess(first).step();
    const replaced = world.aProcess(second);
    await replaced.step();
    await world.checkInWithFirst();
    await world.later(6);
    await replaced.step();
    await expect(replaced.signs()).rejects.toMatchObject({ code: 'ORDERS.NO_SIGNING_KEY' });
    await world.later(20);
    await replaced.step();
    expect(await replaced.signs()).toBe(second.keyId);
    expect(await replaced.tells()).toEqual([second.publicKey, first.publicKey]);
  });

  it('drop one that is in the wrong hands at once, and wait for no appliance', async () => {
    await world.announce();
    const one = world.aProcess(first, second);
    await world.checkInWithFirst();
    await world.later(6);
    expect(await one.step()).toBe(false);
    await one.repository.hurry(second.keyId);
    expect(await one.step()).toBe(true);
    expect(await one.tells()).toEqual([second.publicKey]);
  });

  it('stay as they were when what happens to them cannot be said', async () => {
    await world.aProcess(first).step();
    const silent = () => {
      throw new Error('no words');
    };
    await expect(world.aProcess(second).repository.announce(() => second, silent)).rejects.toThrow();
    expect(await world.aProcess(first).tells()).toEqual([first.publicKey]);
  });
});
