import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { parseDecimal } from './decimal.ts';

describe('base64', () => {
  it.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('spells %j as RFC 4648 section 10 does', (plain, text) => {
    expect(encodeBase64(new TextEncoder().encode(plain))).toBe(text);
    expect(decodeBase64(text)).toEqual(new TextEncoder().encode(plain));
  });

  it('agrees with Buffer on all bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(encodeBase64(bytes)).toBe(text);
        expect(decodeBase64(text)).toEqual(bytes);
      }),
    );
  });

  it.each([
    'Zh==',
    'Zg=',
    'Zg',
    'Z',
    'Zg===',
    'Zm9=',
    'Zm9v=',
    'Zm9vZg',
    'Zg==Zg==',
    ' Zg==',
    'Zg==\n',
    'Zm\n9v',
    'Zm-_',
    '====',
    'Zm9v\0',
  ])('refuses %j, a second spelling or none', (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });

  it('takes no text that it would not write itself', () => {
    const text = fc.string({ unit: fc.constantFrom('A', 'Q', 'g', 'w', 'x', '/', '+', '=', ' ', '-'), maxLength: 8 });
    fc.assert(
      fc.property(text, (spelling) => {
        const bytes = decodeBase64(spelling);
        if (bytes !== undefined) expect(encodeBase64(bytes)).toBe(spelling);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('parseDecimal', () => {
  it.each([0, 1, 10, 20_852_163, 2 ** 31, 2 ** 53 - 1])('reads %d', (value) => {
    expect(parseDecimal(String(value))).toBe(value);
  });

  it.each([
    '',
    '00',
    '01',
    '-1',
    '+1',
    '1.0',
    '1e3',
    ' 1',
    '1 ',
    '1\n',
    '0x1',
    '١',
    '9007199254740992',
    '1'.repeat(400),
  ])('refuses %j', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });
});
