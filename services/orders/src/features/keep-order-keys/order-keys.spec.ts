import { describe, expect, it } from 'vitest';
import { openPrivateKey } from '@countersign/shared/crypto';
import { AppError } from '@countersign/shared/kernel';
import { knownWithinMs, type OrderKey } from '../../domain/order-keys.ts';
import { OrderKeys } from './order-keys.ts';

const [first, second] = ['11', '22'].map((byte) => openPrivateKey(byte.repeat(32))) as [
  ReturnType<typeof openPrivateKey>,
  ReturnType<typeof openPrivateKey>,
];
const rowOf = (key: typeof first, changes: Partial<OrderKey>): OrderKey => ({
  keyId: key.keyId,
  publicKey: key.publicKey,
  announcedAt: new Date(0),
  signsFrom: new Date(0),
  retiresAt: null,
  isUrgent: false,
  heldAt: null,
  ...changes,
});

function aProcess(held = [first, second]) {
  const world = { ticks: 0, reads: 0, keys: [rowOf(first, {})], away: false };
  const read = async () => {
    world.reads += 1;
    if (world.away) throw new AppError('DATABASE.UNAVAILABLE', 'unavailable', 'away');
    return { now: new Date(world.ticks), keys: world.keys };
  };
  const orderKeys = new OrderKeys({
    repository: { read },
    held: { list: () => held },
    ttlMs: 900_000,
    ticks: () => world.ticks,
  });
  return { world, orderKeys };
}

describe('what a process knows of the keys of orders', () => {
  it('is read again before it is used when it is older than the others rely on, and once for all who ask', async () => {
    const { world, orderKeys } = aProcess();
    await Promise.all([orderKeys.signer(), orderKeys.told(), orderKeys.signer()]);
    expect(world.reads).toBe(1);
    world.ticks = knownWithinMs;
    expect((await orderKeys.signer()).keyId).toBe(first.keyId);
    expect(world.reads).toBe(1);

    const retiresAt = new Date(knownWithinMs + 900_000);
    world.keys = [rowOf(first, { retiresAt }), rowOf(second, {})];
    world.ticks = knownWithinMs + 1;
    expect((await orderKeys.signer()).keyId).toBe(second.keyId);
    expect(await orderKeys.told()).toEqual([second.publicKey, first.publicKey]);
  });

  it('is not guessed while the database is away: nothing is signed then', async () => {
    const { world, orderKeys } = aProcess();
    await orderKeys.signer();
    world.away = true;
    world.ticks = knownWithinMs + 1;
    await expect(orderKeys.signer()).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(orderKeys.told()).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('has a process without the key that signs give its work back', async () => {
    const { world, orderKeys } = aProcess([first]);
    world.keys = [rowOf(second, {}), rowOf(first, { retiresAt: new Date(899_999) })];
    await expect(orderKeys.signer()).rejects.toMatchObject({ code: 'ORDERS.NO_SIGNING_KEY', kind: 'unavailable' });
  });

  it('goes by the time that passed since it was read, not by the clock of this machine', async () => {
    const { world, orderKeys } = aProcess([first]);
    world.keys = [rowOf(second, {}), rowOf(first, { retiresAt: new Date(900_000 + 3_000) })];
    expect((await orderKeys.signer()).keyId).toBe(first.keyId);
    world.ticks = 3_000;
    expect((await orderKeys.signer()).keyId).toBe(first.keyId);
    world.ticks = 3_001;
    await expect(orderKeys.signer()).rejects.toMatchObject({ code: 'ORDERS.NO_SIGNING_KEY' });
  });
});
