import { maxFiles } from './file-name.ts';
import {
  directoryHeaderLength,
  directorySignature,
  endLength,
  endSignature,
  localHeaderLength,
  localSignature,
  type ZipEntry,
} from './zip-entry.ts';
import type { ZipFault } from './zip-fault.ts';

/** A file as a header describes it, at the place where its local header stands. */
export interface PlacedEntry extends ZipEntry {
  offset: number;
}

export type EntryReading = { ok: true; entries: PlacedEntry[] } | { ok: false; fault: ZipFault };

const decoder = new TextDecoder('latin1');
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const broken = (offset: number, message: string, file: string | null = null): EntryReading => ({
  ok: false,
  fault: { file, offset, message },
});

/** The files as they follow each other from the beginning, by their local headers. */
export function walkFiles(bytes: Uint8Array): EntryReading {
  const view = viewOf(bytes);
  const entries: PlacedEntry[] = [];
  let at = 0;
  let last: string | null = null;
  while (at + 4 <= bytes.length && view.getUint32(at, true) === localSignature) {
    if (entries.length === maxFiles) return broken(at, `it has more than ${maxFiles} files`);
    if (at + localHeaderLength > bytes.length) return broken(at, 'the file ends within a header', last);
    const nameLength = view.getUint16(at + 26, true);
    const size = view.getUint32(at + 22, true);
    const nameAt = at + localHeaderLength;
    const name = decoder.decode(bytes.subarray(nameAt, nameAt + nameLength));
    if (nameAt + nameLength + size > bytes.length)
      return broken(
        at,
        `it declares ${size} bytes, and the ZIP ends ${nameAt + nameLength + size - bytes.length} bytes before that`,
        name,
      );
    entries.push({ name, size, crc32: view.getUint32(at + 14, true), offset: at });
    at = nameAt + nameLength + size;
    last = name;
  }
  if (last === null && bytes.length > endLength) return broken(0, 'this is no ZIP');
  return { ok: true, entries };
}

/** The files as the directory at the end lists them. */
export function readDirectory(bytes: Uint8Array): EntryReading {
  const view = viewOf(bytes);
  const endAt = bytes.length - endLength;
  if (view.getUint32(endAt, true) !== endSignature)
    return broken(endAt, 'it does not end as a ZIP does: it is cut off, or something was added to it');
  const count = view.getUint16(endAt + 10, true);
  let at = view.getUint32(endAt + 16, true);
  const entries: PlacedEntry[] = [];
  for (let n = 0; n < count; n += 1) {
    if (at + directoryHeaderLength > endAt || view.getUint32(at, true) !== directorySignature)
      return broken(
        Math.min(at, bytes.length),
        `the directory lacks an entry: it says ${count} files, and ends after ${n}`,
      );
    const nameLength = view.getUint16(at + 28, true);
    const nameAt = at + directoryHeaderLength;
    const name = decoder.decode(bytes.subarray(nameAt, Math.min(nameAt + nameLength, endAt)));
    const [size, offset] = [view.getUint32(at + 24, true), view.getUint32(at + 42, true)];
    if (offset + localHeaderLength + nameLength + size > bytes.length)
      return broken(at, `the directory declares ${size} bytes at ${offset}, beyond the end of the ZIP`, name);
    entries.push({ name, size, crc32: view.getUint32(at + 16, true), offset });
    at = nameAt + nameLength;
  }
  return { ok: true, entries };
}
