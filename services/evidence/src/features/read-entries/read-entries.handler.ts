import type { DownloadRequestOf } from '@countersign/shared/contracts';
import { encodeEntryBundle, tileWidth, tileWidthAt } from '@countersign/shared/ledger';
import { ledgerNotFound } from '../../domain/ledger-errors.ts';
import type { LedgerReader } from '../../persistence/ledger-reader.ts';

export type ReadEntries = (item: DownloadRequestOf<'rpc.evidence.read-entries.v1'>) => AsyncIterable<Uint8Array>;

/** A piece of at most 256 KiB: 256 entries come with two bytes each. */
const pieceBytes = 256 * 1024 - 2 * tileWidth;

/** Entries in the form of a C2SP bundle, as far as the newest checkpoint covers them; a piece at a time. */
export function createReadEntries(reader: Pick<LedgerReader, 'newestCheckpoint' | 'readLeaves'>): ReadEntries {
  return async function* readEntries({ index, width }) {
    const size = (await reader.newestCheckpoint())?.size ?? 0;
    if (width > tileWidthAt(0, index, size)) throw ledgerNotFound();
    const end = index * tileWidth + width;
    for (let at = index * tileWidth; at < end;) {
      const leaves = await reader.readLeaves(at, end, pieceBytes);
      if (leaves.length === 0) throw new Error(`Leaf ${at} of the ledger is missing.`);
      yield encodeEntryBundle(leaves.map(({ text }) => Buffer.from(text, 'utf8')));
      at += leaves.length;
    }
  };
}
