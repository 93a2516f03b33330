import { describe, expect, it, vi } from 'vitest';
import type { RequestName } from '@countersign/shared/contracts';
import { AppError } from '@countersign/shared/kernel';
import type { Requester } from '@countersign/shared/messaging';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { createAskWitness } from './ask-witness.ts';
import { createCheckIn } from './check-in.handler.ts';

const body = { site_id: 'clinic-1', host_id: 'box-1' };
const facts = { principal: { kind: 'appliance' }, traceparent: '00-a-b-00' } as unknown as RequestFacts;
const known = { status: 'ok', action: 'updated', pending_orders: [] };
const witnessed = { checkpoint: 'note 9', consistency: ['proof'], cosignature: 'kept' };
const away = new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'Nobody answers now.');
const never = () => new Promise<never>(() => {});

/** Orders that answer, and an evidence service that does as it is told. */
function aGateway(evidence: { witness?: () => Promise<unknown>; head?: () => Promise<unknown> } = {}) {
  const asked: { name: RequestName; item: unknown }[] = [];
  const time = { now: 0 };
  const answers: Partial<Record<RequestName, () => Promise<unknown>>> = {
    'rpc.orders.check-in.v1': () => Promise.resolve(known),
    'rpc.evidence.witness.v1': evidence.witness ?? (() => Promise.resolve(witnessed)),
    'rpc.evidence.ledger-head.v1': evidence.head ?? (() => Promise.resolve({ checkpoint: 'note 9' })),
  };
  const ask = ((name: RequestName, item: unknown) => {
    asked.push({ name, item });
    return answers[name]!();
  }) as Requester['ask'];
  const checkIn = createCheckIn({ ask }, { registerSites: async () => undefined }, { now: () => new Date(time.now) });
  const countOf = (name: RequestName) => asked.filter((one) => one.name === name).length;
  return { asked, time, countOf, checkIn: (more: object = {}) => checkIn({ ...body, ...more }, facts) };
}

describe('the check-in of an appliance that watches the ledger', () => {
  it('asks evidence beside orders, in the name of the appliance', async () => {
    const { asked, checkIn } = aGateway();
    const ledger = { seen_size: 4, cosignature: 'line' };
    expect(await checkIn({ ledger })).toEqual({ ...known, ledger: witnessed });
    expect(asked).toContainEqual({ name: 'rpc.evidence.witness.v1', item: { ...body, ...ledger } });
    expect(asked.find(({ name }) => name === 'rpc.orders.check-in.v1')!.item).not.toHaveProperty('ledger');
  });

  it('goes on without the ledger when evidence is away', async () => {
    const { checkIn } = aGateway({ witness: () => Promise.reject(away) });
    expect(await checkIn({ ledger: { seen_size: 0 } })).toEqual({ ...known, ledger: null });
  });

  it('waits half a second for an evidence service that hangs, and not longer', async () => {
    vi.useFakeTimers();
    try {
      const { checkIn } = aGateway({ witness: never });
      const answer = checkIn({ ledger: { seen_size: 0 } });
      await vi.advanceTimersByTimeAsync(499);
      const still = await Promise.race([answer, Promise.resolve('waiting')]);
      expect(still).toBe('waiting');
      await vi.advanceTimersByTimeAsync(1);
      expect(await answer).toEqual({ ...known, ledger: null });
    } finally {
      vi.useRealTimers();
    }
  });

  it('does not pile up questions for an evidence service that hangs', async () => {
    let asked = 0;
    const ask = (() => {
      asked += 1;
      return never();
    }) as Requester['ask'];
    const askWitness = createAskWitness({ ask }, { waitMs: 1, waitingAtMost: 3 });
    for (let turn = 0; turn < 5; turn += 1) expect(await askWitness({ ...body, seen_size: 0 }, '')).toBeNull();
    expect(asked).toBe(3);
  });
});

describe('any other check-in', () => {
  it('costs evidence no question: the newest checkpoint is asked for once a second, and never waited for', async () => {
    const { countOf, time, checkIn } = aGateway();
    expect((await checkIn()).ledger).toBeNull();
    const shown = { checkpoint: 'note 9', consistency: null, cosignature: 'none' };
    for (let turn = 0; turn < 50; turn += 1) expect((await checkIn()).ledger).toEqual(shown);
    expect([countOf('rpc.evidence.ledger-head.v1'), countOf('rpc.evidence.witness.v1')]).toEqual([1, 0]);
    time.now = 1_000;
    await checkIn();
    expect(countOf('rpc.evidence.ledger-head.v1')).toBe(2);
  });

  it('is told nothing when evidence hangs or fails, and what was known for a minute at most', async () => {
    expect((await aGateway({ head: never }).checkIn()).ledger).toBeNull();
    let isAway = false;
    const head = () => (isAway ? Promise.reject(away) : Promise.resolve({ checkpoint: 'note 9' }));
    const { time, checkIn } = aGateway({ head });
    await checkIn();
    isAway = true;
    time.now = 59_999;
    expect((await checkIn()).ledger).toMatchObject({ checkpoint: 'note 9' });
    time.now = 60_000;
    expect((await checkIn()).ledger).toBeNull();
  });
});
