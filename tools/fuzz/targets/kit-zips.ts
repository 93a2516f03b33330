import { crc32 } from '../../../services/evidence/dist/domain/kit/zip/crc32.js';
import { readZip } from '../../../services/evidence/dist/domain/kit/zip/read-zip.js';
import { directoryHeader, endOfZip, localHeader } from '../../../services/evidence/dist/domain/kit/zip/zip-entry.js';
import { verifyKitZip } from '../../../services/evidence/dist/verifier/verify-kit.js';
import { demand } from '../engine/refusal.ts';
import { readerTarget } from '../engine/reader.ts';

/** The ZIP of these files in the one form of a kit, by the headers alone. */
function zipOf(files: Iterable<[name: string, content: Uint8Array]>): Buffer {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const entry = { name, size: content.length, crc32: crc32(content) };
    const header = localHeader(entry);
    directory.push(directoryHeader(entry, offset));
    pieces.push(header, content);
    offset += header.length + content.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  return Buffer.concat([...pieces, ...directory, endOfZip(directory.length, size, offset)]);
}

const seedOf = (...files: [name: string, text: string][]): Buffer =>
  zipOf(files.map(([name, text]) => [name, Buffer.from(text)]));

/** Of any files there is one ZIP that is a kit: what is read, written again, is the same bytes. No file of it is a path. */
export const kitZips = readerTarget({
  name: 'kit-zips',
  summary: 'the ZIP around a kit',
  share: 1,
  dictionary: [
    'PK\u0003\u0004',
    'PK\u0001\u0002',
    'PK\u0005\u0006',
    'PK\u0006\u0006',
    'PK\u0007\b',
    '\u0000\u0000',
    '\u0001\u0000',
    '\u00ff\u00ff',
    'manifest.json',
    'leaves/',
    '../',
    '/',
    '\\',
    'CON',
    '\u0000',
  ],
  seeds: () => [
    seedOf(),
    seedOf(['a', '']),
    seedOf(['chain.json', '{}'], ['ledger/key.txt', 'x']),
    seedOf(['manifest.json', '{"format":"x"}'], ['manifest.sig', '']),
  ],
  read(input) {
    const reading = readZip(input);
    const { outcome, checks } = verifyKitZip(input);
    demand(outcome !== 'holds', 'A kit holds that nobody made.');
    if (!reading.ok) return `${outcome} ${reading.faults[0]!.message.replaceAll(/\d+/g, '0').slice(0, 40)}`;
    demand(zipOf(reading.files).equals(input), 'A ZIP in two spellings.');
    for (const name of reading.files.keys()) demand(!/(^|\/)\.\.?(\/|$)|^\/|[\\:\0]/.test(name), 'A name is a path.');
    return `read ${Math.min(reading.files.size, 3)} ${outcome} ${checks.filter((one) => one.problems.length > 0).length}`;
  },
});
