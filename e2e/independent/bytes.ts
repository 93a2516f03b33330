import { demand } from './refusal.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

export function joinBytes(...parts: Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** RFC 4648 section 4, in the one spelling that encoding gives: with padding, no stray bits, no white space. */
export function readBase64(text: string, what: string): Bytes {
  demand(/^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0, `${what} is not base64`);
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  demand(toBase64(bytes) === text, `${what} is base64 in another spelling`);
  return bytes;
}

/** ASCII decimal without leading zeros, as sizes and indexes are written; up to 2^53 - 1. */
export function readDecimal(text: string, what: string): number {
  demand(/^(0|[1-9][0-9]{0,15})$/.test(text), `${what} is not a decimal`);
  const value = Number(text);
  demand(Number.isSafeInteger(value), `${what} is larger than this verifier counts`);
  return value;
}

/** A SHA-256 hash in base64. */
export function readHash(text: string, what: string): Bytes {
  const hash = readBase64(text, what);
  demand(hash.length === 32, `${what} has ${hash.length} bytes instead of 32`);
  return hash;
}
