import { notCanonical, maxDepth } from './canonical-error.ts';
import { printFloat, quote, sortKeys } from './canonical-scalars.ts';

/**
 * The canonical string of a JSON value, byte for byte what Python's `json.dumps(value, sort_keys=True)` prints:
 * separators `", "` and `": "`, keys sorted by code point at every level, everything outside ' '..'~' escaped as
 * `\uXXXX` in lower case.
 *
 * A JavaScript number cannot tell 1.0 from 1: a whole number is printed as an integer, and one beyond 2^53 is
 * refused. To rebuild what a Python client signed from the text that it sent, use `canonicalText`.
 *
 * Throws AppError `CRYPTO.NOT_CANONICAL` (invalid) for undefined, functions, symbols, bigints, NaN, Infinity, lone
 * surrogates, objects that are not plain (a Date, a Map) and nesting deeper than 200 levels.
 */
export function canonicalString(value: unknown): string {
  return print(value, '$', 0);
}

function print(value: unknown, near: string, depth: number): string {
  switch (typeof value) {
    case 'string': {
      const quoted = quote(value);
      if (quoted === undefined) throw notCanonical('a lone surrogate', near);
      return quoted;
    }
    case 'number':
      return printNumber(value, near);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth >= maxDepth) throw notCanonical('nested too deeply', near);
      return Array.isArray(value) ? printArray(value, near, depth) : printObject(value, near, depth);
    default:
      throw notCanonical(`a value of type ${typeof value}`, near);
  }
}

function printNumber(value: number, near: string): string {
  if (Number.isSafeInteger(value)) return String(value);
  if (!Number.isFinite(value)) throw notCanonical('a number that is not finite', near);
  if (Number.isInteger(value)) throw notCanonical('an integer beyond 2^53', near);
  return printFloat(value);
}

function printArray(items: unknown[], near: string, depth: number): string {
  let text = '[';
  for (let at = 0; at < items.length; at += 1) {
    if (at > 0) text += ', ';
    text += print(items[at], near, depth + 1);
  }
  return `${text}]`;
}

function printObject(value: object, near: string, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw notCanonical('an object that is not plain', near);
  let text = '{';
  for (const key of sortKeys(Object.keys(value))) {
    const quoted = quote(key);
    if (quoted === undefined) throw notCanonical('a lone surrogate in a key', near);
    if (text.length > 1) text += ', ';
    text += `${quoted}: ${print((value as Record<string, unknown>)[key], key, depth + 1)}`;
  }
  return `${text}}`;
}
