import { decodeEntryBundle, tileWidth } from '@countersign/shared/ledger';
import { batchKeyOf, checkpointKeyOf, checkpointPrefix, sizeOfKey, tileKeyOf } from '../../../domain/ledger-keys.ts';
import type { PublishedCheckpoint } from '../../../persistence/ledger-reader.ts';
import type { LeafRow, ScrubLedgerRepository, TileRow } from '../../../persistence/scrub-ledger.repository.ts';
import type { KeptObject, VaultReads } from '../vault-reads.ts';

/** Entries of an object, beginning with that of the leaf `first`; none when its bytes are no bundle of entries. */
export interface KeptEntries {
  object: KeptObject;
  first: number;
  entries: Uint8Array[] | undefined;
}

export interface KeptCheckpoint {
  size: number;
  row: PublishedCheckpoint | undefined;
  object: KeptObject | undefined;
  /** The entries by which it grew; undefined when the object is missing. */
  batch: KeptEntries | undefined;
}

/** Everything that is kept about the leaves [from, from + 256), in all its copies. */
export interface LedgerPage {
  from: number;
  /** Leaves up to here are published. */
  publishedEnd: number;
  /** Leaves up to here must be there. */
  end: number;
  /** All 256 leaves are published: there are tiles. */
  isFull: boolean;
  leaves: Map<number, LeafRow>;
  tile: { row: TileRow | undefined; object: KeptObject | undefined };
  bundle: KeptEntries | undefined;
  /** Those that cover leaves of the page, ascending; the last one may lie beyond it. */
  checkpoints: KeptCheckpoint[];
}

export interface PageSource {
  ledger: ScrubLedgerRepository;
  reads: VaultReads;
  /** Objects younger than this may be in flight. */
  graceMs: number;
}

/** Reads a page. What is published was in the vault and the tables before: it is asked for first, and the rest must be there. */
export async function readPage(from: number, { ledger, reads, graceMs }: PageSource): Promise<LedgerPage> {
  const published = await ledger.published();
  const size = await ledger.size();
  const pageEnd = from + tileWidth;
  const publishedEnd = Math.min(pageEnd, Math.max(published, from));
  const end = Math.min(pageEnd, Math.max(size, published));
  const isFull = publishedEnd === pageEnd;
  const index = from / tileWidth;
  const rows = await ledger.leaves(from, pageEnd);
  const [row] = isFull ? await ledger.tiles([{ level: 0, index }]) : [];
  const object = isFull ? await reads.first(tileKeyOf(0, index)) : undefined;
  const entries = isFull ? await reads.first(tileKeyOf('entries', index)) : undefined;
  const checkpoints: KeptCheckpoint[] = [];
  for (const checkpoint of await knownCheckpoints({ from, upTo: publishedEnd, ledger, reads })) {
    const stored = await readCheckpoint(checkpoint, reads);
    const isInFlight = stored.row === undefined && (stored.object === undefined || isYoung(stored.object, graceMs));
    if (!isInFlight) checkpoints.push(stored);
  }
  return {
    from,
    publishedEnd,
    end,
    isFull,
    leaves: new Map(rows.filter((leaf) => leaf.index < end).map((leaf) => [leaf.index, leaf])),
    tile: { row, object },
    bundle: entries && { object: entries, first: from, entries: decode(entries.bytes) },
    checkpoints,
  };
}

interface Named {
  size: number;
  row: PublishedCheckpoint | undefined;
}

/** By the table and by the vault. Beyond what is published the vault may be ahead: the next leader takes that over. */
async function knownCheckpoints({
  from,
  upTo,
  ledger,
  reads,
}: {
  from: number;
  upTo: number;
} & Omit<PageSource, 'graceMs'>): Promise<Named[]> {
  const rows = await ledger.checkpoints(from, upTo);
  const known = new Map<number, Named>(rows.map((row) => [row.size, { size: row.size, row }]));
  const last = Math.max(upTo, rows.at(-1)?.size ?? 0);
  const isNewest = last >= (await ledger.published());
  for await (const key of reads.vault.listKeys(checkpointPrefix, { after: checkpointKeyOf(from) })) {
    const size = sizeOfKey(key);
    if (size === undefined) continue;
    if (size > last && !isNewest) break;
    if (known.has(size)) continue;
    // Published since we looked: it belongs to the next round.
    const isKnown = size > last && (await ledger.checkpoints(size - 1, size)).some((row) => row.size === size);
    if (!isKnown) known.set(size, { size, row: undefined });
  }
  return [...known.values()].toSorted((a, b) => a.size - b.size);
}

async function readCheckpoint({ size, row }: Named, reads: VaultReads): Promise<KeptCheckpoint> {
  const object = await reads.first(checkpointKeyOf(size));
  const batch = await reads.first(batchKeyOf(size));
  const entries = batch && decode(batch.bytes);
  return {
    size,
    row,
    object,
    batch: batch && { object: batch, first: size - (entries?.length ?? 0), entries },
  };
}

const isYoung = ({ versions }: KeptObject, graceMs: number): boolean =>
  Date.now() - versions[0]!.lastModified.getTime() < graceMs;

function decode(bytes: Uint8Array): Uint8Array[] | undefined {
  try {
    return decodeEntryBundle(bytes);
  } catch {
    return undefined;
  }
}
