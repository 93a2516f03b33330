import { sha256 } from '@countersign/shared/crypto';
import { hashLength, leafHash } from '@countersign/shared/ledger';
import type { Copy } from './choose-hashes.ts';
import type { KeptEntries, LedgerPage } from './read-page.ts';

/** All that a page says about the hashes of its published leaves. */
export function copiesOf(page: LedgerPage): Copy[] {
  const { leaves, tile, bundle, checkpoints } = page;
  const texts = new Map([...leaves].map(([index, { text }]) => [index, leafHash(Buffer.from(text, 'utf8'), sha256)]));
  const copies: Copy[] = [
    { side: 'database', hashAt: (index) => texts.get(index) },
    { side: 'database', hashAt: (index) => leaves.get(index)?.hash },
  ];
  if (tile.row !== undefined) copies.push(tileCopy('database', tile.row.hashes, page.from));
  if (tile.object !== undefined) copies.push(tileCopy('vault', tile.object.bytes, page.from));
  for (const kept of [bundle, ...checkpoints.map(({ batch }) => batch)])
    if (kept?.entries !== undefined) copies.push(entriesCopy(kept, page.from));
  return copies;
}

function tileCopy(side: Copy['side'], hashes: Uint8Array, from: number): Copy {
  return {
    side,
    hashAt(index) {
      const start = (index - from) * hashLength;
      return start + hashLength <= hashes.length ? hashes.subarray(start, start + hashLength) : undefined;
    },
  };
}

function entriesCopy({ first, entries }: KeptEntries, from: number): Copy {
  const hashes = new Map<number, Uint8Array>();
  for (const [at, entry] of entries!.entries())
    if (first + at >= from && first + at < from + 256) hashes.set(first + at, leafHash(entry, sha256));
  return { side: 'vault', hashAt: (index) => hashes.get(index) };
}
