import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { first, type KeyProcesses, second, startKeyProcesses } from './start-key-processes.ts';
import { type Orders, startOrders } from './start-orders.ts';

let world: KeyProcesses;
let orders: Orders;
beforeEach(async () => {
  world = await startKeyProcesses(inject('adminDatabaseUrl'));
  orders = startOrders(world.database.databaseUrl);
});
afterEach(async () => {
  await orders.stop();
  await world.close();
});

describe('what appliances know of the keys of orders', () => {
  const checkIn = (host_id: string, server_key_ids?: string[] | null) =>
    orders.checkIn([
      {
        site_id: 'clinic-7',
        host_id,
        deployment_mode: 'direct',
        policy_version: '1.0',
        may_replace_key: false,
        server_key_ids,
      },
    ]);

  it('is kept as the last check-in said it, and shown with those that diverge', async () => {
    await world.announce();
    await checkIn('knows', [second.keyId, first.keyId]);
    await checkIn('behind', [second.keyId]);
    await checkIn('lured', [first.keyId, 'f'.repeat(16)]);
    await checkIn('old');
    await checkIn('new', []);
    const report = await world.aProcess(first).report();
    expect(report.appliances).toEqual({ alive: 5, unreported: 1, behind: 1, foreign: 1 });
    expect(report.diverging.map(({ host_id, reason }) => [host_id, reason])).toEqual([
      ['lured', 'foreign-key'],
      ['behind', 'behind'],
    ]);
    expect(report.keys).toMatchObject([
      { key_id: first.keyId, state: 'signing', is_held: true, known_by: 2 },
      { key_id: second.keyId, state: 'announced', is_held: true, known_by: 2 },
    ]);
    await checkIn('behind', [first.keyId]);
    expect((await world.aProcess(first).report()).appliances.behind).toBe(0);
    await world.later(3_700);
    expect((await world.aProcess(first).report()).appliances.alive).toBe(0);
  });

  it('holds a rotation back until each that is alive knows the new key, or was told it', async () => {
    const one = world.aProcess(first, second);
    await world.aProcess(first).step();
    await Promise.all([checkIn('reports', [first.keyId]), checkIn('older')]);
    await one.step();
    await world.later(6);
    expect(await one.step()).toBe(false);
    await checkIn('older'); // told by the answer, and says nothing of keys
    expect(await one.step()).toBe(false);
    await checkIn('reports', [first.keyId]); // has the new key only by the answer to this
    expect(await one.step()).toBe(false);
    await checkIn('reports', [first.keyId, second.keyId]);
    expect(await one.step()).toBe(true);
    expect(await one.signs()).toBe(second.keyId);
  });

  it('holds it back for the announced time at most', async () => {
    const one = world.aProcess(first, second);
    await world.aProcess(first).step();
    await one.step();
    await world.later(3_590);
    await checkIn('stuck', [first.keyId]);
    expect(await one.step()).toBe(false);
    await world.later(20);
    expect(await one.step()).toBe(true);
  });
});
