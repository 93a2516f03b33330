import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalString } from './canonical-string.ts';
import { canonicalText } from './canonical-text.ts';

interface Vector {
  name: string;
  text: string;
  canonical: string;
  /** A JavaScript number carries every number of the text. */
  js: boolean;
}
/** Printed by Python: see vectors/generate-canonical.py. */
const vectors = JSON.parse(readFileSync(new URL('./vectors/canonical.json', import.meta.url), 'utf8')) as Vector[];
const isRandom = ({ name }: Vector): boolean => name.startsWith('random');
const named = vectors.filter((vector) => !isRandom(vector));
const random = vectors.filter(isRandom);
const notCanonical = (reason: string): unknown =>
  expect.objectContaining({
    code: 'CRYPTO.NOT_CANONICAL',
    kind: 'invalid',
    details: expect.objectContaining({ reason }) as unknown,
  });

const json = fc
  .jsonValue({ maxDepth: 4, stringUnit: 'binary' })
  .filter((value) => !/[\d]e\+|\d{16}/.test(JSON.stringify(value)));
const shuffle = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffle);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, shuffle(member)]),
  );
};

describe('canonicalText', () => {
  it.each(named)('prints what Python prints: $name', ({ text, canonical }) => {
    expect(canonicalText(text)).toBe(canonical);
  });

  it('prints what Python prints for 300 random texts', () => {
    expect(random).toHaveLength(300);
    for (const { text, canonical } of random) expect(canonicalText(text)).toBe(canonical);
  });

  it('leaves its own output alone', () => {
    for (const { canonical } of vectors) expect(canonicalText(canonical)).toBe(canonical);
  });

  it('leaves out the named keys of the outermost object only', () => {
    expect(canonicalText('{"b":1.0,"a":{"b":2},"c":[{"b":3}]}', { omit: new Set(['b']) })).toBe(
      '{"a": {"b": 2}, "c": [{"b": 3}]}',
    );
  });

  it.each([
    ['{"a":1,"a":1}', 'a key that stands twice'],
    ['{"a":1,"\\u0061":2}', 'a key that stands twice'],
    ['1e400', 'a number beyond a double'],
    ['-1e400', 'a number beyond a double'],
    ['NaN', 'expected a value'],
    ['Infinity', 'expected a value'],
    ['-Infinity', 'expected a value'],
    ['', 'expected a value'],
    ['01', 'text after the end of the value'],
    ['1.', 'text after the end of the value'],
    ['.5', 'expected a value'],
    ['+1', 'expected a value'],
    ['0x10', 'text after the end of the value'],
    ['tru', 'expected a value'],
    ['[1,]', 'expected a value'],
    ['[1 2]', 'expected a comma or the end of an array'],
    ['{"a":1,}', 'expected a text'],
    ['{"a" 1}', 'expected a colon'],
    ['{a:1}', 'expected a text'],
    ['{"a":1', 'expected a comma or the end of an object'],
    ['"a', 'a text that does not end, or a bad escape in it'],
    ['"\\x41"', 'a text that does not end, or a bad escape in it'],
    ['"\\u12"', 'a text that does not end, or a bad escape in it'],
    ['"\n"', 'a text that does not end, or a bad escape in it'],
    ['"\\ud800"', 'a lone surrogate'],
    ['"\\udc00\\ud800"', 'a lone surrogate'],
    ['{"\\ud83d":1}', 'a lone surrogate'],
    ['{} {}', 'text after the end of the value'],
    ['\u00a01', 'expected a value'],
    ['[1] // note', 'text after the end of the value'],
    ['9'.repeat(4301), 'an integer of too many digits'],
    ['['.repeat(100_000), 'nested too deeply'],
    ['{"a":'.repeat(100_000), 'nested too deeply'],
  ])('refuses %.30s', (text, reason) => {
    expect(() => canonicalText(text)).toThrow(notCanonical(reason));
  });

  it('takes a text of megabytes without recursion or backtracking', () => {
    const text = JSON.stringify({ log: 'line "quoted"\n'.repeat(200_000) });
    expect(JSON.parse(canonicalText(text))).toEqual(JSON.parse(text));
  });

  it('agrees with canonicalString on every value that JavaScript can carry', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalText(JSON.stringify(value))).toBe(canonicalString(value));
      }),
    );
  });

  it('accepts exactly the texts that JSON.parse accepts, duplicates and lone surrogates aside', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      'a',
      '\\',
      '\\n',
      '1',
      '0',
      '-',
      '.',
      'e',
      ' ',
      '\n',
      'true',
      'null',
      '"a"',
      '"b":',
    );
    const text = fc.array(pieces, { maxLength: 8 }).map((list) => list.join(''));
    const reads = (parse: (text: string) => unknown, input: string): boolean => {
      try {
        parse(input);
        return true;
      } catch (error) {
        return error instanceof Error && error.message.includes('stands twice');
      }
    };
    fc.assert(
      fc.property(text, (input) => {
        expect(reads(canonicalText, input)).toBe(reads(JSON.parse, input));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('canonicalString', () => {
  it.each(named.filter(({ js }) => js))('prints what Python prints: $name', ({ text, canonical }) => {
    expect(canonicalString(JSON.parse(text))).toBe(canonical);
  });

  it('prints what Python prints for the random values that JavaScript can carry', () => {
    const carried = random.filter(({ js }) => js);
    expect(carried.length).toBeGreaterThan(150);
    for (const { text, canonical } of carried) expect(canonicalString(JSON.parse(text))).toBe(canonical);
  });

  it('does not depend on the order of keys, and reads back as the same value', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalString(value);
        expect(canonicalString(shuffle(value))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text).toMatch(/^[ -~]*$/);
      }),
    );
  });

  it('prints a whole number as an integer and minus zero as zero', () => {
    expect(canonicalString([1.0, -0, 100, 1e15])).toBe('[1, 0, 100, 1000000000000000]');
  });

  it.each([
    [undefined, 'a value of type undefined'],
    [{ a: undefined }, 'a value of type undefined'],
    [Array.from({ length: 1 }), 'a value of type undefined'],
    [() => 1, 'a value of type function'],
    [Symbol('s'), 'a value of type symbol'],
    [1n, 'a value of type bigint'],
    [NaN, 'a number that is not finite'],
    [[Infinity], 'a number that is not finite'],
    [2 ** 53, 'an integer beyond 2^53'],
    [-1e16, 'an integer beyond 2^53'],
    [1e300, 'an integer beyond 2^53'],
    ['\ud800', 'a lone surrogate'],
    [{ '\udc00': 1 }, 'a lone surrogate in a key'],
    [new Date(0), 'an object that is not plain'],
    [new Map(), 'an object that is not plain'],
    [new Uint8Array(1), 'an object that is not plain'],
  ])('refuses %s', (value, reason) => {
    expect(() => canonicalString(value)).toThrow(notCanonical(reason));
  });

  it('refuses a value that contains itself instead of exhausting the stack', () => {
    const value: Record<string, unknown> = {};
    value['self'] = value;
    expect(() => canonicalString(value)).toThrow(notCanonical('nested too deeply'));
  });

  it('sorts few keys and many by their code points, whatever is in them', () => {
    const key = fc.string({
      unit: fc.constantFrom('a', 'b', 'z', '"', '\\', '0', '\ue000', '\uffff', '\u{1f600}', 'é', ' '),
    });
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 50 }), (keys) => {
        const printed = canonicalString(Object.fromEntries(keys.map((one) => [one, 0])));
        const order = [...printed.matchAll(/("(?:[^"\\]|\\.)*"): 0/g)].map(([, one]) => JSON.parse(one!) as string);
        const points = (text: string) =>
          Array.from(text, (character) => character.codePointAt(0)!.toString(16).padStart(6, '0')).join();
        expect(order).toEqual(keys.toSorted((left, right) => (points(left) < points(right) ? -1 : 1)));
      }),
    );
  });
});
