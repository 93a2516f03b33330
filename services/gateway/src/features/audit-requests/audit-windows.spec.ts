import { describe, expect, it } from 'vitest';
import type { AuditFacts } from '../../domain/audit-facts.ts';
import { aRefusal as refusal } from '../../domain/sample-refusal.ts';
import { AuditWindows } from './audit-windows.ts';

const at = Date.parse('2026-11-21T10:00:00.000Z');
const read: AuditFacts = {
  ...refusal,
  type: 'gateway.evidence-read.v1',
  principalId: 'p',
  errorCode: null,
  status: 200,
};

function windowsOf(changes = {}) {
  const windows = new AuditWindows({ windowMs: 10_000, readWindowMs: 60_000, eventsPerMinute: 10, ...changes });
  let ids = 0;
  return {
    windows,
    add: (facts: Partial<AuditFacts>, when = at) =>
      windows.add({ facts: { ...refusal, ...facts }, at: when, requestId: `r${(ids += 1)}`, traceparent: `t${ids}` }),
  };
}

describe('equal refusals', () => {
  it('are said at once the first time, and at the end of the window how often they came again', () => {
    const { windows, add } = windowsOf();
    add({});
    expect(windows.take(at, 200)).toMatchObject([{ count: 1, requestIds: ['r1'], traceparent: 't1' }]);
    for (let n = 1; n <= 7; n += 1) add({}, at + n * 1_000);
    expect(windows.take(at + 9_999, 200)).toEqual([]);
    expect(windows.take(at + 10_000, 200)).toMatchObject([
      {
        count: 7,
        requestIds: ['r4', 'r5', 'r6', 'r7', 'r8'],
        traceparent: 't8',
        firstAt: at + 1_000,
        lastAt: at + 7_000,
      },
    ]);
    expect(windows.take(at + 20_000, 200)).toEqual([]);
    expect(windows.size).toBe(0);
  });

  it.each([
    { principalId: 'p' },
    { address: '203.0.113.8' },
    { route: 'exportKit' as const },
    { errorCode: 'AUTH.MISSING_CREDENTIAL' },
    { siteAsked: 'clinic-2' },
    { status: 403 },
  ])('differ by %o', (other) => {
    const { windows, add } = windowsOf();
    add({});
    add(other);
    expect(windows.take(at, 200).map(({ count }) => count)).toEqual([1, 1]);
  });
});

describe('somebody who is refused in ever new ways', () => {
  const flood = (facts: (n: number) => Partial<AuditFacts>, minutes = 1) => {
    const { windows, add } = windowsOf();
    const events = [];
    for (let n = 0; n < 5_000 * minutes; n += 1) {
      const now = at + Math.floor((n * 60_000) / 5_000);
      add(facts(n), now);
      if (n % 20 === 0) events.push(...windows.take(now, 200));
    }
    events.push(...windows.take(0, 100_000, true));
    return events;
  };
  const sumOf = (events: { count: number }[]) => events.reduce((sum, { count }) => sum + count, 0);

  it('gets half of the events of all strangers, and is told as a whole after that', () => {
    const events = flood((n) => ({ siteAsked: `clinic-${n}` }));
    expect(sumOf(events)).toBe(5_000);
    expect(events.length).toBeLessThan(20);
    const rest = events.filter(({ facts }) => facts.folded === 'caller');
    expect(rest[0]!.facts).toMatchObject({ address: '203.0.113.7', siteAsked: null, route: null });
    expect(sumOf(rest)).toBeGreaterThan(4_900);
  });

  it('is told with many others by code alone when they come from everywhere', () => {
    const events = flood((n) => ({ address: `198.51.${n >> 8}.${n & 255}` }), 3);
    expect(sumOf(events)).toBe(15_000);
    expect(events.length).toBeLessThan(80);
    expect(events.at(-1)!.facts).toMatchObject({ folded: 'all', address: null, ownSite: null });
  });

  it('is still told by name when he has a credential, whatever strangers do', () => {
    const { windows, add } = windowsOf();
    for (let n = 0; n < 1_000; n += 1) add({ address: `198.51.${n >> 8}.${n & 255}` });
    for (let n = 0; n < 1_000; n += 1) add({ principalId: 'stolen', ownSite: 'clinic-1', siteAsked: `clinic-${n}` });
    const his = windows.take(at, 1_000).filter(({ facts }) => facts.principalId === 'stolen');
    expect(sumOf(his)).toBe(1_000);
    expect(his.filter(({ facts }) => facts.folded === undefined)).toHaveLength(5);
    expect(his.every(({ facts }) => facts.ownSite === 'clinic-1')).toBe(true);
  });

  it('takes a bounded part of the memory while nothing can be written', () => {
    const { windows, add } = windowsOf({ eventsPerMinute: 1_000, atMost: 500 });
    for (let n = 0; n < 50_000; n += 1) add({ address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` }, at + n * 100);
    expect(windows.size).toBeLessThanOrEqual(502);
    expect(windows.waiting).toBe(50_000);
    expect(windows.takeFolded()).toBeGreaterThan(49_000);
  });
});

describe('reads of appliances', () => {
  it('are one event a window each, whatever is refused meanwhile', () => {
    const { windows, add } = windowsOf();
    for (let n = 0; n < 100; n += 1) add({ ...read, principalId: `box-${n % 50}` });
    for (let n = 0; n < 100; n += 1) add({ siteAsked: `clinic-${n}` });
    const events = windows.take(at, 1_000).filter(({ facts }) => facts.type === read.type);
    expect(events).toHaveLength(50);
    expect(events.every(({ count, facts }) => count === 2 && facts.folded === undefined)).toBe(true);
  });
});
