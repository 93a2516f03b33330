import { crc32 } from './crc32.ts';
import { compareNames, findNameFault, maxKitBytes } from './file-name.ts';
import { findHeaderFaults } from './find-header-faults.ts';
import { type EntryReading, type PlacedEntry, readDirectory, walkFiles } from './read-entries.ts';
import { endLength, localHeaderLength } from './zip-entry.ts';
import type { ZipFault } from './zip-fault.ts';

/** The files of a ZIP by name, in their order; or what is wrong with it, and where. */
export type ZipReading = { ok: true; files: Map<string, Uint8Array> } | { ok: false; faults: ZipFault[] };

const refused = (...faults: ZipFault[]): ZipReading => ({ ok: false, faults });
const whole = (offset: number, message: string): ZipReading => refused({ file: null, offset, message });

/**
 * Reads a ZIP that `writeZip` made, and nothing else: every byte outside of the contents must be the one that `writeZip`
 * writes, every content must have its CRC. It never throws, allocates nothing by what the ZIP declares, and the contents
 * are views on `bytes`.
 */
export function readZip(bytes: Uint8Array): ZipReading {
  if (bytes.length > maxKitBytes) return whole(0, `it is larger than a kit can be (${maxKitBytes} bytes)`);
  if (bytes.length < endLength) return whole(bytes.length, 'it ends before a ZIP of any kind could');
  const entries = readBest(bytes);
  if ('faults' in entries) return refused(...entries.faults);
  const changed = findChangedContents(bytes, entries.entries);
  if (changed.length > 0) return refused(...changed);
  return { ok: true, files: new Map(entries.entries.map((entry) => [entry.name, contentOf(bytes, entry)])) };
}

interface Candidate {
  entries: PlacedEntry[];
  faults: ZipFault[];
  /** Bytes that it does not explain. */
  weight: number;
}

/**
 * Both places that list the files are read: where one is damaged, the other one tells which byte it is. The reading that
 * explains most of the bytes is the one that counts; of two alike, the one whose CRCs are those of the contents; and when
 * only a name differs, both places are named, for nothing else tells which of them was changed.
 */
function readBest(bytes: Uint8Array): { entries: PlacedEntry[] } | { faults: ZipFault[] } {
  const [walked, listed] = [walkFiles(bytes), readDirectory(bytes)].map((reading) => judge(bytes, reading)) as [
    Candidate,
    Candidate,
  ];
  if (walked.weight === 0) return { entries: walked.entries };
  if (walked.weight !== listed.weight) return { faults: (walked.weight < listed.weight ? walked : listed).faults };
  const intact = [walked, listed].filter(({ entries }) => findChangedContents(bytes, entries).length === 0);
  return { faults: (intact.length === 1 ? intact : [walked, listed]).flatMap(({ faults }) => faults) };
}

function judge(bytes: Uint8Array, reading: EntryReading): Candidate {
  if (!reading.ok) return { entries: [], faults: [reading.fault], weight: Infinity };
  const fault = findListFault(reading.entries);
  if (fault !== undefined) return { entries: [], faults: [fault], weight: Number.MAX_SAFE_INTEGER };
  return { entries: reading.entries, ...findHeaderFaults(bytes, reading.entries) };
}

function contentOf(bytes: Uint8Array, { name, offset, size }: PlacedEntry): Uint8Array {
  const start = offset + localHeaderLength + name.length;
  return bytes.subarray(start, start + size);
}

const findChangedContents = (bytes: Uint8Array, entries: readonly PlacedEntry[]): ZipFault[] =>
  entries
    .filter((entry) => crc32(contentOf(bytes, entry)) !== entry.crc32)
    .map(({ name, offset, size }) => ({
      file: name,
      offset: offset + localHeaderLength + name.length,
      message: `its content (${size} bytes) was changed: the CRC-32 is another`,
    }));

function findListFault(entries: readonly PlacedEntry[]): ZipFault | undefined {
  for (const [at, { name, offset }] of entries.entries()) {
    const fault = findNameFault(name);
    if (fault !== undefined)
      return { file: name, offset, message: `it has a name that no file of a kit has: ${fault}` };
    const before = entries[at - 1]?.name;
    if (before === name) return { file: name, offset, message: 'it is there twice' };
    if (before !== undefined && compareNames(before, name) > 0)
      return { file: name, offset, message: `it stands behind ${before}: the files of a kit are sorted` };
  }
  return undefined;
}
