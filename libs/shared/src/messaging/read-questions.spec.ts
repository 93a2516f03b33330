import { describe, expect, it } from 'vitest';
import { itemsAtOnce, readQuestions } from './read-questions.ts';

const read = (text: string | Uint8Array) => readQuestions(Buffer.from(text));
const poison = expect.objectContaining({ code: 'MESSAGING.POISON' });

describe('readQuestions', () => {
  it('reads questions with and without the trace of who asks', () => {
    expect(read('{"items":[{"a":1},null]}')).toEqual({ items: [{ a: 1 }, null], traceparents: [] });
    expect(read('{"items":[1],"traceparents":["x"]}')).toEqual({ items: [1], traceparents: ['x'] });
  });

  it.each([
    ['nothing', ''],
    ['half of a message', '{"items":['],
    ['no object', 'null'],
    ['no list', '{"items":{"length":1}}'],
    ['no items', '{}'],
    ['a list twice', '{"items":[1],"items":[2]}'],
    ['traces that are none', '{"items":[1],"traceparents":[1]}'],
    ['traces that are no list', '{"items":[1],"traceparents":"x"}'],
    ['more questions than anybody asks', `{"items":[${'0,'.repeat(itemsAtOnce)}0]}`],
    ['half of a surrogate pair', String.raw`{"items":["\ud800"]}`],
    ['a key that changes prototypes', '{"items":[{"__proto__":{"admin":true}}]}'],
    ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ])('calls %s poison', (_name, text) => {
    expect(() => read(text)).toThrowError(poison);
  });
});
