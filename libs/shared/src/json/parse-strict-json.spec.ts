import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../kernel/index.ts';
import { parseStrictJson } from './parse-strict-json.ts';

function refusalOf(source: string | Buffer): AppError {
  try {
    parseStrictJson(source);
  } catch (error) {
    if (error instanceof AppError) {
      return error;
    }
    throw error;
  }
  throw new Error('it was accepted');
}

function attempt(parse: () => unknown): { ok: boolean; value?: unknown } {
  try {
    return { ok: true, value: parse() };
  } catch {
    return { ok: false };
  }
}

/** Beyond what JSON.parse refuses, only what is listed may be refused; what is accepted must read the same. */
function isFaithful(text: string): boolean {
  const plain = attempt(() => JSON.parse(text) as unknown);
  const strict = attempt(() => parseStrictJson(text));
  if (strict.ok) {
    return isDeepStrictEqual(strict, plain);
  }
  const { message } = refusalOf(text);
  return strictOnly.test(message) || (!plain.ok && notJson.test(message));
}

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const withKeys = (count: number): string =>
  `[{${Array.from({ length: count - 1 }, (_, index) => `"k${index}":0`).join(',')}},{"k0":1}]`;
const notJson = /^(?:No |More text|A string without|An unknown escape|A control character|The text)/;
const strictOnly = /^(?:The same key|A key that is not|A NUL|Half of|A number |An integer|A zero|More than)/;

describe('parseStrictJson', () => {
  it.each([
    ['a key twice', '{"a":1,"b":{},"a":2}', 'The same key twice in one object at position 14.'],
    ['a key twice, once escaped', String.raw`{"a":1,"\u0061":2}`, 'The same key twice in one object at position 7.'],
    ['a key twice, deep down', '[[{"x":{"a":1,"a":1}}]]', 'The same key twice in one object at position 14.'],
    ['the key __proto__', '{"__proto__":{"admin":true}}', 'A key that is not allowed at position 1.'],
    ['the key __proto__, escaped', String.raw`{"\u005f_proto__":1}`, 'A key that is not allowed at position 1.'],
    ['the key constructor', '{"constructor":{"prototype":{}}}', 'A key that is not allowed at position 1.'],
    ['the key prototype, deep down', '[{"a":{"prototype":1}}]', 'A key that is not allowed at position 7.'],
    ['the key prototype, escaped', String.raw`{"prototyp\u0065":1}`, 'A key that is not allowed at position 1.'],
    ['a lone high surrogate, escaped', String.raw`["\ud83d"]`, 'Half of a surrogate pair at position 2.'],
    ['a lone low surrogate, escaped', String.raw`["\udc00"]`, 'Half of a surrogate pair at position 2.'],
    ['two high surrogates', String.raw`["\ud83d\ud83d"]`, 'Half of a surrogate pair at position 2.'],
    ['a surrogate in a key', String.raw`{"\ud83d":1}`, 'Half of a surrogate pair at position 2.'],
    ['a raw lone surrogate', '["\uD83Dx"]', 'Half of a surrogate pair at position 2.'],
    ['half a pair escaped, half raw', '["\\ud83d\uDE00"]', 'Half of a surrogate pair at position 8.'],
    ['NUL in a text', String.raw`["a\u0000"]`, 'A NUL character (\\u0000) in a string at position 3.'],
    ['NUL in a key', String.raw`{"\u0000":1}`, 'A NUL character (\\u0000) in a string at position 2.'],
    ['a raw NUL', '["\0"]', 'A NUL character in a string at position 2.'],
    ['a number that becomes Infinity', '[1,1e400]', 'A number that is too large at position 3.'],
    ['a number that becomes minus Infinity', '-1E+400', 'A number that is too large at position 0.'],
    ['400 digits', '9'.repeat(400), 'A number that is too large at position 0.'],
    ['400 digits behind the point', `0.${'3'.repeat(400)}`, 'A number of more than 320 characters at position 0.'],
    ['100,000 zeros', `1.${'0'.repeat(100_000)}`, 'A number of more than 320 characters at position 0.'],
    ['a number that becomes zero', '[1e-400]', 'A number that is too small at position 1.'],
    ['2^53', '9007199254740992', 'An integer beyond 2^53 at position 0.'],
    ['an integer that becomes another', '[-9007199254740993]', 'An integer beyond 2^53 at position 1.'],
    ['a zero with a sign', '[-0]', 'A zero with a sign at position 1.'],
    ['a byte order mark', '\uFEFF{}', 'A byte order mark at position 0.'],
    ['33 levels', nested(33), 'More than 32 levels at position 32.'],
    ['100,000 levels', '['.repeat(100_000), 'More than 32 levels at position 32.'],
    ['nothing', '', 'The text is empty at position 0.'],
    ['white space only', ' \n', 'The text ends too early at position 2.'],
    ['two values', '{} {}', 'More text after the end of the JSON value at position 3.'],
    ['a comma at the end', '[1,]', 'No JSON value at position 3.'],
    ['a comma at the end of an object', '{"a":1,}', 'No key in double quotes at position 7.'],
    ['single quotes', "{'a':1}", 'No key in double quotes at position 1.'],
    ['a leading zero', '[01]', 'No "," or "]" after a value at position 2.'],
    ['a leading plus', '+1', 'No JSON value at position 0.'],
    ['NaN', 'NaN', 'No JSON value at position 0.'],
    ['a raw line feed in a text', '"a\nb"', 'A control character in a string at position 2.'],
    ['an open string', '{"a":"b', 'A string without an end at position 5.'],
    ['an unknown escape', String.raw`"\x41"`, 'An unknown escape in a string at position 1.'],
    ['a no-break space between tokens', '[1,\u00A01]', 'No JSON value at position 3.'],
    ['a comment', '/**/1', 'No JSON value at position 0.'],
  ])('refuses %s and says where', (_name, text, message) => {
    expect(refusalOf(text)).toMatchObject({ code: 'REQUEST.MALFORMED_JSON', kind: 'invalid', message });
  });

  it.each([
    ['an overlong encoding of a quote', [0x5b, 0xc0, 0xa2, 0x5d], 1],
    ['a surrogate in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22], 1],
    ['a cut character', [0x22, 0x61, 0xe2, 0x82], 2],
    ['Latin-1', [0x22, 0xe9, 0x22], 1],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00], 0],
  ])('refuses bytes that are %s', (_name, bytes, position) => {
    expect(refusalOf(Buffer.from(bytes)).message).toBe(`A byte that is no UTF-8 at position ${position}.`);
  });

  it('counts keys over the whole text', () => {
    expect(parseStrictJson(withKeys(10_000))).toBeDefined();
    expect(refusalOf(withKeys(10_001)).message).toMatch(/^More than 10000 keys/);
  });

  it('finds a repeated key among thousands', () => {
    const keys = Array.from({ length: 5_000 }, (_, index) => `"k${index}":0`).join(',');
    expect(refusalOf(`{${keys},"k4999":0}`).message).toMatch(/^The same key twice/);
  });

  it('takes 32 levels, whole surrogate pairs, the largest number, and the same key in two objects', () => {
    expect(parseStrictJson(nested(32))).toEqual(JSON.parse(nested(32)));
    expect(parseStrictJson(String.raw`"\ud83d\ude00 😀"`)).toBe('😀 😀');
    expect(parseStrictJson('1.7976931348623157e308')).toBe(Number.MAX_VALUE);
    expect(parseStrictJson('[{"a":1},{"a":2},"__proto__"]')).toEqual([{ a: 1 }, { a: 2 }, '__proto__']);
  });

  it('takes the numbers that clients print, and keeps them', () => {
    const texts = [
      '9007199254740991',
      '-0.0',
      '5e-324',
      '0e-999',
      '0.1',
      '1E5',
      '1e20',
      '-1.5e-7',
      `0.${'0'.repeat(200)}1`,
    ];
    for (const text of texts) expect(parseStrictJson(text), text).toBe(JSON.parse(text));
  });

  it('takes integers of any size where the text itself is kept, but none beyond a double', () => {
    expect(parseStrictJson('[18446744073709551616]', { keepsText: true })).toEqual([2 ** 64]);
    expect(() => parseStrictJson('9'.repeat(400), { keepsText: true })).toThrowError(/too large/);
    expect(() => parseStrictJson('-0', { keepsText: true })).toThrowError(/zero with a sign/);
  });

  it('counts what it is told to', () => {
    expect(parseStrictJson(nested(40), { levels: 40 })).toBeDefined();
    expect(() => parseStrictJson(nested(41), { levels: 40 })).toThrowError(/More than 40 levels/);
    expect(() => parseStrictJson('{"a":{"b":1}}', { keys: 1 })).toThrowError(/More than 1 keys/);
  });

  it('never quotes the text in a refusal', () => {
    for (const text of ['{"password":"hunter2","password":"hunter2"}', '{"hunter2":hunter2}', '["hunter2\u0001"]']) {
      const { message, details } = refusalOf(text);
      expect(JSON.stringify([message, details])).not.toContain('hunter2');
    }
  });

  it('reads what JSON.parse reads, for any value however it is spaced', () => {
    const values = fc.tuple(fc.jsonValue({ maxDepth: 8, stringUnit: 'grapheme' }), fc.constantFrom(undefined, 1, '\t'));
    fc.assert(
      fc.property(values, ([value, space]) => {
        const text = JSON.stringify(value, null, space);
        expect(isFaithful(text)).toBe(true);
        expect(attempt(() => parseStrictJson(Buffer.from(text)))).toEqual(attempt(() => parseStrictJson(text)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses what JSON.parse refuses, and beyond it only what is listed, for texts with one character changed', () => {
    const alphabet = fc.constantFrom(...Array.from('{}[]:,"\\u0aE+-.19 \n\tnt\u0000\u00e9'), '\\u', '""', '0e', '-');
    const edits = fc.tuple(fc.jsonValue({ maxDepth: 4 }), fc.nat(), fc.nat(2), alphabet);
    fc.assert(
      fc.property(edits, ([value, where, gone, piece]) => {
        const text = JSON.stringify(value);
        const at = where % (text.length + 1);
        const edited = text.slice(0, at) + piece + text.slice(at + gone);
        expect(isFaithful(edited)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('refuses a repeated key in any object, however either is written', () => {
    const escaped = (key: string): string =>
      Array.from(
        { length: key.length },
        (_, index) => `\\u${key.charCodeAt(index).toString(16).padStart(4, '0')}`,
      ).join('');
    const cases = fc.tuple(
      fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 30 }),
      fc.nat(),
      fc.boolean(),
    );
    fc.assert(
      fc.property(cases, ([keys, which, plain]) => {
        fc.pre(!keys.some((key) => key.includes('\0') || ['__proto__', 'constructor', 'prototype'].includes(key)));
        const again = keys[which % keys.length]!;
        const members = keys.map((key) => `${JSON.stringify(key)}:1`);
        expect(attempt(() => parseStrictJson(`{${members.join()}}`)).ok).toBe(true);
        const twice = `{${members.join()},${plain ? JSON.stringify(again) : `"${escaped(again)}"`}:2}`;
        expect(refusalOf(twice).message).toMatch(/^The same key twice/);
      }),
    );
  });
});
