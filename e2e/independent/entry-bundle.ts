import type { Bytes } from './bytes.ts';
import { demand } from './refusal.ts';

/** C2SP tlog-tiles: entries, each behind its length as big-endian uint16. */
export function readEntryBundle(bytes: Uint8Array): Bytes[] {
  const entries: Bytes[] = [];
  for (let at = 0; at < bytes.length;) {
    demand(at + 2 <= bytes.length, 'entry bundle: half a length');
    const start = at + 2;
    at = start + bytes[at]! * 256 + bytes[at + 1]!;
    demand(at <= bytes.length, 'entry bundle: the last entry is cut off');
    entries.push(Uint8Array.from(bytes.subarray(start, at)));
  }
  return entries;
}
