import { describe, expect, it } from 'vitest';
import { joinBatch, parseBatch, splitBatch } from './event-batch.ts';

const event = (id: string, text = '') =>
  JSON.stringify({ specversion: '1.0', id, source: '/gateway', type: 't', data: { text } });
const ids = (payloads: string[]) => payloads.flatMap((one) => parseBatch(Buffer.from(one)).map(({ id }) => id));

describe('splitBatch', () => {
  it('leaves a batch that fits as it is, to the letter', () => {
    const batch = joinBatch([event('a'), event('b')]);
    expect(splitBatch(batch, batch.length)).toEqual([batch]);
  });

  it('splits what is larger than the broker takes, keeps every event once and in order', () => {
    const names = Array.from({ length: 37 }, (_, index) => `e${index}`);
    const parts = splitBatch(joinBatch(names.map((name) => event(name, 'ü'.repeat(50)))), 1_000);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.every((part) => Buffer.byteLength(part) <= 1_000)).toBe(true);
    expect(ids(parts)).toEqual(names);
  });

  it('does not split one event: that is for the door to refuse', () => {
    const batch = joinBatch([event('a', 'x'.repeat(2_000))]);
    expect(splitBatch(batch, 1_000)).toEqual([batch]);
  });
});

describe('parseBatch', () => {
  it.each(['', '{', '{}', '[1]', '[{"id":"a"}]', '[{"specversion":"0.3","id":"a","source":"s","type":"t","data":{}}]'])(
    'calls %j poison',
    (text) => {
      expect(() => parseBatch(Buffer.from(text))).toThrowError(expect.objectContaining({ code: 'MESSAGING.POISON' }));
    },
  );
});
