import { sha256 } from '@countersign/shared/crypto';
import { decodeEntryBundle, isSameBytes, leafHash, parseTilePath, tileWidth } from '@countersign/shared/ledger';
import { batchPrefix, checkpointPrefix, dataKeyOf, ledgerPrefix, sizeOfKey } from '../../../domain/ledger-keys.ts';
import type { ScrubLedgerRepository } from '../../../persistence/scrub-ledger.repository.ts';
import type { ScrubRowsRepository } from '../../../persistence/scrub-rows.repository.ts';
import { type ScrubbedLog, signedRoot } from '../ledger/judge-checkpoints.ts';
import type { VaultReads } from '../vault-reads.ts';

export interface LedgerObjectOptions {
  ledger: Pick<ScrubLedgerRepository, 'published' | 'leaves'>;
  rows: Pick<ScrubRowsRepository, 'hasData' | 'publishedSizes'>;
  reads: VaultReads;
  published: number;
  log: ScrubbedLog;
}

/**
 * Whether the ledger knows an object under `_ledger/`. A leader that died may have left a batch or a tile that was never
 * signed: it is known when it has the leaves that were sequenced.
 */
export async function isLedgerObject(key: string, options: LedgerObjectOptions): Promise<boolean> {
  const { rows, published } = options;
  const size = sizeOfKey(key);
  if (key.startsWith(checkpointPrefix))
    return size !== undefined && ((await isPublished(size, rows)) || isSigned(key, size, options));
  if (key.startsWith(batchPrefix))
    return size !== undefined && ((await isPublished(size, rows)) || hasLeaves(key, size, options));
  const tile = parseTilePath(key.slice(ledgerPrefix.length));
  if (tile !== undefined) {
    const { level, index, width } = tile;
    const leaves = (index + 1) * tileWidth ** (level === 'entries' ? 1 : level + 1);
    if (width === tileWidth && leaves <= published) return true;
    return width === tileWidth && level === 'entries' && hasLeaves(key, leaves, options);
  }
  const data = /^_ledger\/data\/([0-9a-f]{64})\.json$/.exec(key)?.[1];
  if (data !== undefined) return key === dataKeyOf(data) && rows.hasData(data);
  const stamp = /^_ledger\/timestamps\/((?:[0-9]{3}\/){3}[0-9]{3})\/[0-9]{1,15}\.tsr$/.exec(key)?.[1];
  return stamp !== undefined && isPublished(Number(stamp.replaceAll('/', '')), rows);
}

const isPublished = async (size: number, rows: Pick<ScrubRowsRepository, 'publishedSizes'>): Promise<boolean> =>
  (await rows.publishedSizes([size])).has(size);

/** That a signed checkpoint has no row was said with the ledger. */
async function isSigned(key: string, size: number, { reads, log }: LedgerObjectOptions): Promise<boolean> {
  const object = await reads.first(key);
  return object !== undefined && signedRoot(Buffer.from(object.bytes).toString('utf8'), size, log) !== undefined;
}

/** Whether the entries of an object are the leaves that end at this size. */
async function hasLeaves(key: string, size: number, { ledger, reads }: LedgerObjectOptions): Promise<boolean> {
  const object = await reads.first(key);
  if (object === undefined) return true;
  try {
    const entries = decodeEntryBundle(object.bytes);
    const leaves = await ledger.leaves(size - entries.length, size);
    return (
      leaves.length === entries.length &&
      entries.every((entry, at) => isSameBytes(leafHash(entry, sha256), leaves[at]!.hash))
    );
  } catch {
    return false;
  }
}
