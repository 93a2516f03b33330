import { sha256Hex } from '@countersign/shared/crypto';
import { hashLength } from '@countersign/shared/ledger';
import { datarefOf } from '../../domain/leaf.ts';
import type { LeafBatch } from '../../persistence/ledger-reader.ts';

/** A leaf about to be published. */
export interface Entry {
  bytes: Uint8Array;
  /** RFC 6962, 32 bytes. */
  hash: Uint8Array;
}

const newline = 0x0a;

/**
 * Takes a batch apart, and each leaf's hash once more: throws when a row is not as it was written. The hash of a leaf is
 * that of a 0 and its bytes, and in the batch there is room for the 0 before each: nothing is copied.
 */
export function splitLeaves({ first, count, text, hashes, data }: LeafBatch): Entry[] {
  const bytes = Buffer.allocUnsafe(text.length + 1);
  bytes.write(text, 1, 'latin1');
  const entries: Entry[] = [];
  for (let start = 0; start < bytes.length && entries.length < count;) {
    const next = bytes.indexOf(newline, start + 1);
    const end = next === -1 ? bytes.length : next;
    bytes[start] = 0;
    const at = entries.length * hashLength;
    // Compared as texts: a Buffer for each would cost more than its hash.
    if (hashes.toString('hex', at, at + hashLength) !== sha256Hex(bytes.subarray(start, end)))
      throw changed(first + entries.length);
    entries.push({ bytes: bytes.subarray(start + 1, end), hash: hashes.subarray(at, at + hashLength) });
    start = end;
  }
  if (entries.length !== count || bytes.indexOf(newline) !== -1) throw changed(first + entries.length);
  for (const one of data ?? [])
    if (!text.includes(datarefOf(one))) throw new Error(`Data ${sha256Hex(one)} of the ledger is of no leaf.`);
  return entries;
}

function changed(index: number): Error {
  return new Error(`Leaf ${index} of the ledger is not as it was sequenced; it is not published.`);
}
