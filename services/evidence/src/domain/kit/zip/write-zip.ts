import { crc32 } from './crc32.ts';
import { compareNames, findNameFault, maxFiles, maxKitBytes } from './file-name.ts';
import { directoryHeader, endLength, endOfZip, entryLength, localHeader, type ZipEntry } from './zip-entry.ts';

/** A file to write. Size and CRC are known before its content is read, for they stand before it. */
export interface ZipSource extends ZipEntry {
  /** The content, in pieces of any size; asked for once. */
  read(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** A file whose content is in memory. */
export function sourceOf(name: string, bytes: Uint8Array): ZipSource {
  return { name, size: bytes.length, crc32: crc32(bytes), read: () => [bytes] };
}

/**
 * A ZIP of these files, in the one form that a kit has: names sorted, stored without compression, every time 1980-01-01,
 * no extra field, no comment, no ZIP64. It depends on names and contents alone. Throws a RangeError for what cannot be in
 * one, before the first byte; and an Error when a content is not what its size and CRC say: what was given out until then
 * is no ZIP.
 */
export async function* writeZip(files: readonly ZipSource[]): AsyncGenerator<Uint8Array> {
  const sorted = files.toSorted((left, right) => compareNames(left.name, right.name));
  assertWritable(sorted);
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const file of sorted) {
    directory.push(directoryHeader(file, offset));
    const header = localHeader(file);
    yield header;
    yield* contentOf(file);
    offset += header.length + file.size;
  }
  yield* directory;
  const directorySize = directory.reduce((sum, header) => sum + header.length, 0);
  yield endOfZip(sorted.length, directorySize, offset);
}

/** How many bytes `writeZip` makes of these. */
export function zipLength(entries: readonly ZipEntry[]): number {
  return entries.reduce((sum, entry) => sum + entryLength(entry), endLength);
}

function assertWritable(sorted: readonly ZipEntry[]): void {
  if (sorted.length > maxFiles) throw new RangeError(`A kit has at most ${maxFiles} files.`);
  if (zipLength(sorted) > maxKitBytes) throw new RangeError(`A kit has at most ${maxKitBytes} bytes.`);
  sorted.forEach(({ name }, at) => {
    const fault = findNameFault(name);
    if (fault !== undefined) throw new RangeError(`${name} cannot be the name of a file in a kit: ${fault}.`);
    if (sorted[at - 1]?.name === name) throw new RangeError(`Two files of a kit are called ${name}.`);
  });
}

async function* contentOf(file: ZipSource): AsyncGenerator<Uint8Array> {
  let size = 0;
  let sum = 0;
  for await (const piece of file.read()) {
    size += piece.length;
    sum = crc32(piece, sum);
    if (size > file.size) break;
    yield piece;
  }
  if (size !== file.size || sum !== file.crc32)
    throw new Error(`The content of ${file.name} changed while it was read.`);
}
