import { ledgerError } from './ledger-error.ts';

/** Bytes of the longest entry: its length is a uint16 (C2SP tlog-tiles). */
export const maxEntryBytes = 65_535;

/**
 * Entries one after the other, each behind its length as a big-endian uint16 (C2SP tlog-tiles, log entries). A bundle
 * that is served has at most 256 of them; this function sets no limit. Throws AppError `LEDGER.TILE_INVALID` for an
 * entry of more than 65,535 bytes.
 */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  for (const { length } of entries)
    if (length > maxEntryBytes)
      throw ledgerError('tile', `An entry has at most ${maxEntryBytes} bytes, not ${length}.`);
  const bundle = new Uint8Array(entries.reduce((sum, { length }) => sum + 2 + length, 0));
  let at = 0;
  for (const entry of entries) {
    bundle[at] = entry.length >> 8;
    bundle[at + 1] = entry.length & 255;
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
}

/** The entries of a bundle, as views of its bytes. Throws AppError `LEDGER.TILE_INVALID` when it ends within an entry. */
export function decodeEntryBundle(bundle: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bundle.length;) {
    const start = at + 2;
    const end = start + (bundle[at]! << 8) + (bundle[at + 1] ?? 0);
    if (end > bundle.length) throw ledgerError('tile', `The entry bundle ends within its entry ${entries.length}.`);
    entries.push(bundle.subarray(start, end));
    at = end;
  }
  return entries;
}
