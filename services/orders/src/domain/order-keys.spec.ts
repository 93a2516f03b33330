import { describe, expect, it } from 'vitest';
import {
  chooseKey,
  endOfPrevious,
  heldWithinMs,
  isTurnOf,
  keysToTell,
  knownWithinMs,
  mayAnnounce,
  type OrderKey,
  type Turn,
} from './order-keys.ts';

const now = Date.parse('2026-01-10T12:00:00Z');
const at = (ms: number) => new Date(now + ms);
const key = (keyId: string, changes: Partial<OrderKey>): OrderKey => ({
  keyId,
  publicKey: keyId.repeat(4),
  announcedAt: at(-3_600_000),
  signsFrom: null,
  retiresAt: null,
  isUrgent: false,
  heldAt: at(0),
  ...changes,
});
const signing = key('new', { signsFrom: at(-1_000) });
const previous = key('old', { signsFrom: at(-9e6), retiresAt: at(10_000) });
const retired = key('dead', { signsFrom: at(-9e6), retiresAt: at(0) });
const announced = key('next', { announcedAt: at(-60_000) });
const idsOf = (keys: readonly OrderKey[]) => keys.map((one) => one.keyId);

describe('what appliances are told', () => {
  it('is the key that signs first, then the one before it, and the next one; never a retired one', () => {
    expect(idsOf(keysToTell([retired, previous, signing], now))).toEqual(['new', 'old']);
    expect(idsOf(keysToTell([announced, signing], now))).toEqual(['new', 'next']);
    expect(idsOf(keysToTell([previous, signing], now + 10_000))).toEqual(['new']);
  });
});

describe('the key that a process signs with', () => {
  const choose = (held: string[], ttlMs = 5_000, later = 0) =>
    chooseKey([retired, previous, signing, announced], { held: new Set(held), now: now + later, ttlMs })?.keyId;

  it('is the one that signs now, whatever else it holds; never one that is only announced', () => {
    expect(choose(['old', 'new', 'next', 'dead'])).toBe('new');
    expect(choose(['next'])).toBeUndefined();
  });

  it('is the one before it for a process that was forgotten, while an order of now ends before that key does', () => {
    expect(choose(['old'], 5_000)).toBe('old');
    expect(choose(['old'], 10_000)).toBe('old');
    expect(choose(['old'], 10_001)).toBeUndefined();
    expect(choose(['old'], 5_000, 5_001)).toBeUndefined();
  });

  it('is never a retired one, though it is the only one held', () => {
    expect(choose(['dead'], 1)).toBeUndefined();
  });
});

describe('a rotation', () => {
  it('begins only when the one before it is over', () => {
    expect(mayAnnounce([], now)).toBe(true);
    expect(mayAnnounce([retired, signing], now)).toBe(true);
    expect(mayAnnounce([previous, signing], now)).toBe(false);
    expect(mayAnnounce([signing, announced], now)).toBe(false);
  });

  const turn = (changes: Partial<Turn> = {}, next = announced, current: OrderKey | undefined = signing) =>
    isTurnOf(next, current, { now, announceMs: 3_600_000, untold: 1, ...changes });

  it('goes on when every appliance that is alive knows the new key, or had time enough', () => {
    expect(turn()).toBe(false);
    expect(turn({ untold: 0 })).toBe(true);
    expect(turn({ announceMs: 60_001 })).toBe(false);
    expect(turn({ announceMs: 60_000 })).toBe(true);
  });

  it('waits for nobody when the key before it was stolen, or nobody holds that one any more', () => {
    expect(turn({}, { ...announced, isUrgent: true })).toBe(true);
    const silentMs = heldWithinMs + knownWithinMs;
    expect(turn({}, announced, { ...signing, heldAt: at(-silentMs) })).toBe(false);
    expect(turn({}, announced, { ...signing, heldAt: at(-silentMs - 1) })).toBe(true);
  });

  it('never goes on before every process tells the new key', () => {
    const fresh = { ...announced, announcedAt: at(1 - knownWithinMs), isUrgent: true };
    expect(turn({ untold: 0, announceMs: 0 }, fresh)).toBe(false);
    expect(turn({ untold: 0, announceMs: 0, now: now + 1 }, fresh)).toBe(true);
  });

  it('keeps the key before it for longer than any order that it may have signed', () => {
    // A process that learns late signs with it for so long, and the last of these orders lives for its whole time.
    const lastExpires = now + knownWithinMs + 900_000;
    expect(endOfPrevious({ isUrgent: false }, now, 900_000).getTime()).toBeGreaterThan(lastExpires);
    expect(endOfPrevious({ isUrgent: true }, now, 900_000).getTime()).toBe(now);
  });
});
