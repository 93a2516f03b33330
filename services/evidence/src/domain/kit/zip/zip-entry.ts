/** What decides every byte of a file's headers in a kit. */
export interface ZipEntry {
  name: string;
  /** Bytes of the content, which is stored as it is. */
  size: number;
  crc32: number;
}

export const localHeaderLength = 30;
export const directoryHeaderLength = 46;
export const endLength = 22;

export const localSignature = 0x04034b50;
export const directorySignature = 0x02014b50;
export const endSignature = 0x06054b50;

const encoder = new TextEncoder();
/** Version 1.0 of the format: stored, no folders. Made by a Unix of version 2.0, so that the mode below counts. */
const versionNeeded = 10;
const madeBy = 0x0314;
/** A plain file that everybody may read. */
const mode = 0o100644 << 16;
/** 1980-01-01, 00:00: the first day that the format knows. */
const date = 0x0021;

/** Bytes of both headers and the content of a file. */
export const entryLength = ({ name, size }: ZipEntry): number =>
  localHeaderLength + directoryHeaderLength + 2 * name.length + size;

/** The header before a file's content (APPNOTE 4.3.7). */
export function localHeader({ name, size, crc32 }: ZipEntry): Uint8Array {
  const bytes = new Uint8Array(localHeaderLength + name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, localSignature, true);
  view.setUint16(4, versionNeeded, true);
  view.setUint16(12, date, true);
  view.setUint32(14, crc32, true);
  view.setUint32(18, size, true);
  view.setUint32(22, size, true);
  view.setUint16(26, name.length, true);
  bytes.set(encoder.encode(name), localHeaderLength);
  return bytes;
}

/** The file's header in the directory (APPNOTE 4.3.12); `offset` is that of its local header. */
export function directoryHeader({ name, size, crc32 }: ZipEntry, offset: number): Uint8Array {
  const bytes = new Uint8Array(directoryHeaderLength + name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, directorySignature, true);
  view.setUint16(4, madeBy, true);
  view.setUint16(6, versionNeeded, true);
  view.setUint16(14, date, true);
  view.setUint32(16, crc32, true);
  view.setUint32(20, size, true);
  view.setUint32(24, size, true);
  view.setUint16(28, name.length, true);
  view.setUint32(38, mode >>> 0, true);
  view.setUint32(42, offset, true);
  bytes.set(encoder.encode(name), directoryHeaderLength);
  return bytes;
}

/** What a ZIP ends with (APPNOTE 4.3.16); no comment. */
export function endOfZip(count: number, directorySize: number, directoryOffset: number): Uint8Array {
  const bytes = new Uint8Array(endLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, endSignature, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, directorySize, true);
  view.setUint32(16, directoryOffset, true);
  return bytes;
}
