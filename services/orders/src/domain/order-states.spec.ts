import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canBecome,
  deadlineOf,
  isOpen,
  isOverdue,
  orderStates,
  orderStatuses,
  type OrderStatus,
  reasonOfExpiry,
} from './order-states.ts';

const times = { expiresAt: new Date('2026-01-10T12:15:00Z'), acknowledgedAt: new Date('2026-01-10T12:10:00Z') };
const executionLimit = 1_800;

describe('the life of an order', () => {
  it.each(orderStatuses)('%s has exits and a deadline, or is an end with neither', (status) => {
    const { exits } = orderStates[status];
    expect(exits.length > 0).toBe(isOpen(status));
    expect(deadlineOf(status, times, executionLimit) !== null).toBe(isOpen(status));
    for (const exit of exits) expect(orderStatuses).toContain(exit);
  });

  it.each(orderStatuses.filter(isOpen))('%s can end in every way, and its expiry has a reason', (status) => {
    for (const end of ['completed', 'failed', 'expired', 'cancelled'] as const)
      expect(canBecome(status, end)).toBe(true);
    expect(reasonOfExpiry(status)).not.toBe('');
  });

  it('has no way back: whatever happens, every order ends within three steps, and then for ever', () => {
    const walk = fc.array(fc.constantFrom(...orderStatuses), { maxLength: 40 });
    fc.assert(
      fc.property(walk, (wishes) => {
        let status: OrderStatus = 'pending';
        const visited: OrderStatus[] = [status];
        for (const wish of wishes) {
          if (!canBecome(status, wish)) continue;
          expect(isOpen(status)).toBe(true);
          expect(visited).not.toContain(wish);
          status = wish;
          visited.push(status);
        }
        expect(visited.length).toBeLessThanOrEqual(4);
      }),
    );
  });

  it('waits for delivery and acknowledge until the expiry, for evidence until the execution limit', () => {
    expect(deadlineOf('pending', times, executionLimit)).toEqual(times.expiresAt);
    expect(deadlineOf('delivered', times, executionLimit)).toEqual(times.expiresAt);
    expect(deadlineOf('acknowledged', times, executionLimit)).toEqual(new Date('2026-01-10T12:40:00Z'));
  });

  it('is overdue at the deadline, not before', () => {
    const deadline = new Date('2026-01-10T12:15:00Z');
    expect(isOverdue(deadline, new Date('2026-01-10T12:14:59.999Z'))).toBe(false);
    expect(isOverdue(deadline, deadline)).toBe(true);
  });
});
