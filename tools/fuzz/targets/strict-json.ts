import { isDeepStrictEqual } from 'node:util';
import { canonicalString, canonicalText } from '@countersign/shared/crypto';
import { parseStrictJson } from '@countersign/shared/json';
import { demand, labelOfRefusal } from '../engine/refusal.ts';
import { readerTarget } from '../engine/reader.ts';
import { jsonSeeds, jsonTokens } from './json-tokens.ts';

/** An object with its keys the other way round, all the way down. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, one]) => [key, reordered(one)]),
  );
}

/**
 * What is taken is what JSON.parse reads, means the same when it is printed and read again, and has one canonical string
 * in whatever order its keys came. What is refused is refused with its code.
 */
export const strictJson = readerTarget({
  name: 'strict-json',
  summary: 'the strict reader of JSON, and that what it takes has one meaning',
  share: 3,
  dictionary: jsonTokens,
  seeds: () => [...jsonSeeds],
  read(input) {
    let value: unknown;
    try {
      value = parseStrictJson(input);
    } catch (error) {
      return labelOfRefusal(error, 'REQUEST.MALFORMED_JSON');
    }
    const text = Buffer.from(input).toString('utf8');
    demand(Buffer.from(text).equals(input), 'Bytes were taken that are no UTF-8.');
    demand(isDeepStrictEqual(value, JSON.parse(text)), 'It reads another value than JSON.parse.');
    const printed = JSON.stringify(value);
    // -0.0 is printed as 0, which is the same number.
    demand(
      isDeepStrictEqual(JSON.parse(printed), JSON.parse(text.replaceAll(/-0(?=[.eE])/g, '0'))) || text.includes('-0'),
      'It does not survive.',
    );
    return `taken ${canonicalOf(value, text)}`;
  },
});

function canonicalOf(value: unknown, text: string): string {
  let canonical: string;
  try {
    canonical = canonicalString(value);
  } catch (error) {
    return labelOfRefusal(error, 'CRYPTO.NOT_CANONICAL');
  }
  demand(canonical === canonicalString(reordered(value)), 'The order of keys changes the canonical string.');
  demand(canonicalText(canonical) === canonical, 'The canonical string of the canonical string is another.');
  canonicalText(text);
  return typeof value;
}
