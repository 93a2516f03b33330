import { describe, expect, it } from 'vitest';
import type { EventEnvelope } from '@countersign/shared/contracts';
import { leafOf } from '../leaf.ts';
import { readLeaf } from './read-leaf.ts';

const event = (changes: object = {}) =>
  ({
    specversion: '1.0',
    id: 'said-1',
    source: '/orders',
    type: 'orders.delivered.v1',
    subject: 'clinic-1',
    time: '2026-11-21T10:00:00.123Z',
    datacontenttype: 'application/json',
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    data: { text: 'ä\u2028"' },
    ...changes,
  }) as unknown as EventEnvelope;
const read = (text: string) => readLeaf(Buffer.from(text));

describe('readLeaf', () => {
  it('is the inverse of leafOf', () => {
    for (const changes of [{}, { traceparent: undefined }, { subject: '-' }]) {
      const leaf = leafOf(event(changes));
      expect(read(leaf.text)).toEqual({ leaf, dataSha256: null, data: { text: 'ä\u2028"' } });
    }
  });

  it('says by which digest the data of a large leaf is found', () => {
    const leaf = leafOf(event({ data: { text: 'x'.repeat(70_000) } }));
    const { dataSha256, data, leaf: found } = read(leaf.text);
    expect(found).toEqual({ ...leaf, data: null });
    expect(dataSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(data).toBeNull();
  });

  it('refuses what is no leaf', () => {
    const { text } = leafOf(event());
    const without = (name: string) => JSON.stringify({ ...(JSON.parse(text) as object), [name]: undefined });
    for (const bad of ['', 'null', '[]', 'not json', without('id'), without('data'), without('subject')])
      expect(() => read(bad), bad).toThrow(expect.objectContaining({ code: 'LEDGER.BAD_LEAF' }));
    const badReference = text.replace(/"data": ?\{[^}]*\}/, '"dataref":"urn:sha256:x"');
    expect(() => read(badReference)).toThrow(expect.objectContaining({ code: 'LEDGER.BAD_LEAF' }));
  });
});
