import { describe, expect, it } from 'vitest';
import { canonicalString } from '@countersign/shared/crypto';
import { openStoredOrder, pageOf, type StoredOrder } from './order-page.ts';

const stored = (order_id: string): StoredOrder => ({
  order_id,
  signed_payload: canonicalString({ order_id, parameters: { note: 'größer', threshold: 0.5 } }),
  signature: 'aa',
  key_id: 'bb',
});
const [a, b, c] = ['a', 'b', 'c'].map((letter) => stored(letter.repeat(16))) as [StoredOrder, StoredOrder, StoredOrder];

describe('pageOf', () => {
  it('shows what fits and names the order that the next page comes after', () => {
    const { response } = pageOf('clinic-7', [a, b, c], 2);
    expect(response()).toMatchObject({ site_id: 'clinic-7', count: 2, next: b.order_id });
    expect(pageOf('clinic-7', [a, b], 2).response()).toMatchObject({ count: 2, next: null });
    expect(pageOf('clinic-7', [], 2).response()).toEqual({ site_id: 'clinic-7', orders: [], count: 0, next: null });
  });

  it('has another etag when an order comes, goes, or waits on a further page', () => {
    const pages = [[], [a], [a, b], [b], [a, b, c]];
    const tags = pages.map((orders) => pageOf('clinic-7', orders, 2).etag);
    expect(new Set(tags).size).toBe(pages.length);
    expect(pageOf('clinic-7', [a, b], 2).etag).toBe(tags[2]);
  });
});

describe('openStoredOrder', () => {
  it('reads the outer fields from the signed text', () => {
    expect(openStoredOrder(a)).toEqual({
      order_id: a.order_id,
      parameters: { note: 'größer', threshold: 0.5 },
      signed_payload: a.signed_payload,
      signature: 'aa',
      key_id: 'bb',
    });
  });
});
