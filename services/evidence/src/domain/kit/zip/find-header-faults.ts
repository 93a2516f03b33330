import type { PlacedEntry } from './read-entries.ts';
import { directoryHeader, endOfZip, localHeader } from './zip-entry.ts';
import type { ZipFault } from './zip-fault.ts';

/** Named one by one; more are only counted. */
const namedAtMost = 20;
const hex = (byte: number | undefined) => (byte === undefined ? 'nothing' : `0x${byte.toString(16).padStart(2, '0')}`);

/**
 * Every byte outside of the contents that is not the one that `writeZip` writes for these files. `weight` is their number.
 */
export function findHeaderFaults(
  bytes: Uint8Array,
  entries: readonly PlacedEntry[],
): { faults: ZipFault[]; weight: number } {
  const faults: ZipFault[] = [];
  let weight = 0;
  const compare = (expected: Uint8Array, at: number, file: string | null, where: string) => {
    for (let n = 0; n < expected.length; n += 1) {
      const [actual, wanted] = [bytes[at + n], expected[n]];
      if (actual === wanted) continue;
      weight += 1;
      if (weight > namedAtMost) continue;
      const message = `${where}: byte ${at + n} is ${hex(actual)}, and a kit has ${hex(wanted)} there`;
      faults.push({ file, offset: at + n, message });
    }
  };

  let at = 0;
  const offsets: number[] = [];
  for (const entry of entries) {
    offsets.push(at);
    const header = localHeader(entry);
    compare(header, at, entry.name, 'in its header');
    at += header.length + entry.size;
  }
  const directoryAt = at;
  for (const [n, entry] of entries.entries()) {
    const header = directoryHeader(entry, offsets[n]!);
    compare(header, at, entry.name, 'in its entry of the directory');
    at += header.length;
  }
  const end = endOfZip(entries.length, at - directoryAt, directoryAt);
  compare(end, at, null, 'in the end of the ZIP');
  at += end.length;
  if (bytes.length < at) {
    const message = `the ZIP is cut off: ${at - bytes.length} bytes are missing`;
    return { faults: [{ file: null, offset: bytes.length, message }], weight };
  }
  if (bytes.length > at) {
    weight += bytes.length - at;
    faults.push({ file: null, offset: at, message: `behind the end of the ZIP are ${bytes.length - at} more bytes` });
  }
  return { faults, weight };
}
