import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naclEd25519 } from '../crypto/index.ts';
import { createRequestSigner } from './index.ts';
import { readAnyBytes, readAnyInput } from './read-field.ts';
import { readPlainBytes, readPlainInput } from './read-plain-field.ts';

const signer = naclEd25519.createSigner('11'.repeat(32));
const sign = createRequestSigner(signer, { now: () => new Date('2026-11-21T12:00:00Z') });
const headers = sign({ method: 'POST', target: '/x?y=1', body: '{}', headers: { 'idempotency-key': 'k' } });

const pieces = [
  '',
  '"',
  ':',
  ';',
  '=',
  ' ',
  ',',
  '(',
  ')',
  '\\',
  '0',
  '00',
  '-',
  '.',
  'A',
  '@',
  '*',
  '\n',
  '\u00e9',
  '?1',
  ';tag="x"',
  '""',
  '()',
];

/** A field of our signer, with a few characters taken out and others put in. */
const spoilt = (text: string) =>
  fc
    .array(fc.tuple(fc.nat(text.length), fc.nat(3), fc.constantFrom(...pieces)), { maxLength: 3 })
    .map((edits) => edits.reduce((now, [at, gone, put]) => now.slice(0, at) + put + now.slice(at + gone), text));

describe.each([
  ['Signature-Input', readPlainInput, readAnyInput, headers['signature-input']!],
  ['Signature', readPlainBytes, (text: string) => readAnyBytes('signature', text), headers['signature']!],
  [
    'Content-Digest',
    readPlainBytes,
    (text: string) => readAnyBytes('content-digest', text),
    headers['content-digest']!,
  ],
])('the short way to read %s', (_, readPlain, readAny, text) => {
  it('is taken by what our signer makes', () => expect(readPlain(text)).toBeDefined());

  it('finds what the parser finds, or nothing', () => {
    let taken = 0;
    fc.assert(
      fc.property(spoilt(text), (field) => {
        const plain = readPlain(field);
        if (plain === undefined) return;
        taken += 1;
        expect(plain).toEqual(readAny(field));
      }),
      { numRuns: 5_000, seed: 421 },
    );
    expect(taken).toBeGreaterThan(500);
  });
});
