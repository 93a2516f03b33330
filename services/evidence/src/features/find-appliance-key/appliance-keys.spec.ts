import { describe, expect, it } from 'vitest';
import { AppError } from '@countersign/shared/kernel';
import type { Requester } from '@countersign/shared/messaging';
import { ApplianceKeys } from './appliance-keys.ts';

const box = { site_id: 'clinic-1', host_id: 'box-1' };
const [first, second] = ['aa'.repeat(32), 'bb'.repeat(32)];

function anOrdersService(enrolled: string | null) {
  const orders = { enrolled, asked: 0, failure: undefined as Error | undefined };
  const ask = () => {
    orders.asked += 1;
    return orders.failure === undefined
      ? Promise.resolve({ public_key: orders.enrolled })
      : Promise.reject(orders.failure);
  };
  const time = { now: 0 };
  const keys = new ApplianceKeys({
    requester: { ask: ask as Requester['ask'] },
    clock: { now: () => new Date(time.now) },
    max: 2,
  });
  return { orders, time, keys };
}

describe('ApplianceKeys', () => {
  it('asks once for a key and says afterwards that it is remembered', async () => {
    const { orders, keys } = anOrdersService(first);
    expect(await keys.find(box)).toEqual({ key: first, remembered: false });
    expect(await keys.find(box)).toEqual({ key: first, remembered: true });
    expect(orders.asked).toBe(1);
  });

  it('never remembers that an appliance has no key: unsigned bundles must not outlive its enrolment', async () => {
    const { orders, keys } = anOrdersService(null);
    expect(await keys.find(box)).toEqual({ key: null, remembered: false });
    orders.enrolled = first;
    expect(await keys.find(box)).toEqual({ key: first, remembered: false });
  });

  it('forgets a key after 5 s, so that a replaced one is not taken for longer', async () => {
    const { orders, time, keys } = anOrdersService(first);
    await keys.find(box);
    orders.enrolled = second;
    time.now = 4_999;
    expect(await keys.find(box)).toEqual({ key: first, remembered: true });
    time.now = 5_000;
    expect(await keys.find(box)).toEqual({ key: second, remembered: false });
  });

  it('replaces what it remembers when it asks again, and forgets it when there is no key any more', async () => {
    const { orders, keys } = anOrdersService(first);
    await keys.find(box);
    orders.enrolled = second;
    expect(await keys.ask(box)).toBe(second);
    expect(await keys.find(box)).toEqual({ key: second, remembered: true });
    orders.enrolled = null;
    await keys.ask(box);
    expect(await keys.find(box)).toEqual({ key: null, remembered: false });
  });

  it('keeps the keys that were used last', async () => {
    const { orders, keys } = anOrdersService(first);
    for (const host_id of ['1', '2', '1', '3', '1']) await keys.find({ site_id: 's', host_id });
    expect(orders.asked).toBe(3);
    await keys.find({ site_id: 's', host_id: '2' });
    expect(orders.asked).toBe(4);
  });

  it.each([
    new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'silent'),
    new AppError('REQUEST.INVALID', 'invalid', 'no'),
    new Error('a bug of orders'),
  ])('takes every failure of orders as a reason to wait, never as "no key"', async (failure) => {
    const { orders, keys } = anOrdersService(first);
    orders.failure = failure;
    await expect(keys.find(box)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
