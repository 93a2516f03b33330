import { serverEd25519, sha256, sha256Hex } from '@countersign/shared/crypto';
import {
  decodeEntryBundle,
  encodeBase64,
  encodeEntryBundle,
  type FullTile,
  isSameBytes,
  leafHash,
  LedgerFrontier,
  openCheckpoint,
  type SignedCheckpoint,
  tileWidth,
} from '@countersign/shared/ledger';
import {
  batchKeyOf,
  batchPrefix,
  checkpointKeyOf,
  checkpointPrefix,
  dataKeyOf,
  sizeOfKey,
  tileKeyOf,
} from '../../domain/ledger-keys.ts';
import { giveData, type ReadLeaf, readLeaf } from '../../domain/rebuild/read-leaf.ts';
import { mapBounded } from '../seal-bundles/map-bounded.ts';
import { vaultDamaged } from './rebuild-errors.ts';
import { mapAhead, type ReadableVault, type ReadObject, readObject } from './vault-objects.ts';

/** Whose checkpoints are believed. */
export interface LedgerVerifier {
  origin: string;
  /** Ed25519, 64 hex. */
  publicKey: string;
}

/** What one checkpoint added to the ledger, all of it verified. */
export interface LedgerStep {
  checkpoint: SignedCheckpoint;
  versionId: string;
  storedAt: Date;
  /** Index of the first of `leaves`. */
  from: number;
  leaves: ReadLeaf[];
  /** Tiles that became full. */
  tiles: FullTile[];
}

const stepsAhead = 8;
const readsAtOnce = 8;

/**
 * Sizes of all checkpoints in the vault, ascending. A key under a delete marker is not listed: each batch is asked for its
 * checkpoint too.
 */
export async function listCheckpoints(vault: ReadableVault): Promise<number[]> {
  const sizes = new Set(await sizesUnder(vault, checkpointPrefix));
  for (const size of await sizesUnder(vault, batchPrefix)) {
    if (sizes.has(size)) continue;
    const versions = await vault.versions(checkpointKeyOf(size));
    if (versions.some(({ isDeleteMarker }) => !isDeleteMarker)) sizes.add(size);
  }
  return [...sizes].toSorted((one, other) => one - other);
}

async function sizesUnder(vault: ReadableVault, prefix: string): Promise<number[]> {
  const sizes: number[] = [];
  for await (const key of vault.listKeys(prefix)) {
    const size = sizeOfKey(key);
    if (size !== undefined) sizes.push(size);
  }
  return sizes;
}

export function readCheckpoint(
  vault: ReadableVault,
  size: number,
  key: LedgerVerifier,
): Promise<ReadObject<SignedCheckpoint>> {
  return readObject(vault, checkpointKeyOf(size), (bytes) => {
    try {
      const checkpoint = openCheckpoint(Buffer.from(bytes).toString('utf8'), { ...key, ed25519: serverEd25519 });
      return checkpoint.size === size ? checkpoint : undefined;
    } catch {
      return undefined;
    }
  });
}

/**
 * The ledger from its first leaf on, checkpoint by checkpoint, and nothing of it unverified: the signature of every
 * checkpoint, its root over all leaves so far, and every full tile of hashes and of entries against the same leaves.
 * What lies in memory does not grow with the ledger. Throws AppError `LEDGER.VAULT_DAMAGED`, which names the item.
 */
export async function* readLedger(vault: ReadableVault, key: LedgerVerifier): AsyncGenerator<LedgerStep> {
  const sizes = await listCheckpoints(vault);
  const frontier = new LedgerFrontier(sha256);
  let unbundled: Uint8Array[] = []; // entries of the tile that is not full yet
  const steps = mapAhead(sizes.entries(), stepsAhead, async ([at, size]) => {
    const checkpoint = await readCheckpoint(vault, size, key);
    const count = size - (sizes[at - 1] ?? 0);
    const batch = await readObject(vault, batchKeyOf(size), (bytes) => decodeExactly(bytes, count));
    return { checkpoint, entries: batch.value };
  });
  for await (const { checkpoint, entries } of steps) {
    const from = frontier.size;
    const { size, root } = checkpoint.value;
    const tiles = entries.flatMap((entry) => frontier.append(leafHash(entry, sha256)));
    if (!isSameBytes(frontier.root(), root))
      throw vaultDamaged(
        batchKeyOf(size),
        `does not lead to the root that ${checkpointKeyOf(size)} signs (${encodeBase64(root)})`,
      );
    const all = [...unbundled, ...entries];
    const start = from - unbundled.length;
    await compareTiles(vault, tiles, (index) => all.slice(index * tileWidth - start, (index + 1) * tileWidth - start));
    unbundled = all.slice(Math.floor(size / tileWidth) * tileWidth - start);
    const leaves = await readLeaves(vault, entries, batchKeyOf(size));
    const { versionId, storedAt } = checkpoint;
    yield { checkpoint: checkpoint.value, versionId, storedAt, from, leaves, tiles };
  }
}

function decodeExactly(bytes: Uint8Array, count: number): Uint8Array[] | undefined {
  try {
    const entries = decodeEntryBundle(bytes);
    return entries.length === count ? entries : undefined;
  } catch {
    return undefined;
  }
}

/** Every full tile, of hashes and of entries, is what the leaves make of it. */
async function compareTiles(
  vault: ReadableVault,
  tiles: readonly FullTile[],
  entriesOf: (index: number) => Uint8Array[],
): Promise<void> {
  const wanted = tiles.flatMap(({ level, index, hashes }) => {
    const tile = { key: tileKeyOf(level, index), bytes: hashes };
    if (level > 0) return [tile];
    return [tile, { key: tileKeyOf('entries', index), bytes: encodeEntryBundle(entriesOf(index)) }];
  });
  for await (const _ of mapAhead(wanted, readsAtOnce, ({ key, bytes }) =>
    readObject(vault, key, (found) => (Buffer.compare(found, bytes) === 0 ? true : undefined)),
  ));
}

/** Leaves whose data lies beside the log get it back. */
async function readLeaves(vault: ReadableVault, entries: readonly Uint8Array[], key: string): Promise<ReadLeaf[]> {
  const leaves = entries.map((entry) => readLeaf(entry));
  const large = leaves.filter(({ dataSha256 }) => dataSha256 !== null);
  let failure: { error: unknown } | undefined;
  await mapBounded(large, readsAtOnce, async (read) => {
    const digest = read.dataSha256!;
    const open = (bytes: Uint8Array) => (sha256Hex(bytes) === digest ? Buffer.from(bytes).toString('utf8') : undefined);
    try {
      giveData(read, (await readObject(vault, dataKeyOf(digest), open)).value);
    } catch (error) {
      failure ??= { error };
    }
  });
  if (failure !== undefined) throw failure.error;
  if (leaves.some(({ data }) => data === null)) throw vaultDamaged(key, 'names data that cannot be read');
  return leaves;
}
