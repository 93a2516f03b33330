import { sha256 } from '@countersign/shared/crypto';
import { isSameBytes, leafHash } from '@countersign/shared/ledger';
import { batchKeyOf, tileKeyOf } from '../../../domain/ledger-keys.ts';
import { type Fault, objectItem, rowItem } from '../fault.ts';
import type { VaultReads } from '../vault-reads.ts';
import type { GrownTree } from './grow-tree.ts';
import type { KeptEntries, LedgerPage } from './read-page.ts';

/** Holds the entries that the vault keeps, twice, against the tree. */
export async function judgeEntries(page: LedgerPage, tree: GrownTree, reads: VaultReads): Promise<Fault[]> {
  const faults: Fault[] = [];
  let covered = page.from;
  for (const { size, batch, row } of page.checkpoints) {
    const begins = covered;
    covered = Math.max(covered, Math.min(size, page.publishedEnd));
    if (batch !== undefined) faults.push(...(await judge(batch, { page, tree, reads, begins, ends: covered })));
    // Said in the page that it ends in.
    else if (size <= page.publishedEnd && row !== undefined) faults.push(missing(batchKeyOf(size)));
  }
  if (!page.isFull) return faults;
  if (page.bundle === undefined) return [...faults, missing(tileKeyOf('entries', page.from / 256))];
  const options = { page, tree, reads, begins: page.from, ends: page.publishedEnd };
  return [...faults, ...(await judge(page.bundle, options))];
}

const missing = (key: string): Fault => ({
  kind: 'object-missing',
  item: objectItem(key),
  siteId: null,
  detail: 'The vault does not have these entries of the ledger.',
  facts: {},
});

interface JudgeOptions {
  page: LedgerPage;
  tree: GrownTree;
  reads: VaultReads;
  /** Leaves of this page that the entries have to have: [begins, ends). */
  begins: number;
  ends: number;
}

async function judge(kept: KeptEntries, { page, tree, reads, begins, ends }: JudgeOptions): Promise<Fault[]> {
  const { object, first, entries } = kept;
  const wrong: number[] = [];
  for (let index = page.from; index < page.publishedEnd; index += 1) {
    const entry = entries?.[index - first];
    const hash = tree.hashes[index - page.from];
    if (entry === undefined ? index >= begins && index < ends : hash && !isSameBytes(leafHash(entry, sha256), hash))
      wrong.push(index);
  }
  const above = await reads.faultsAbove(object, null);
  if (wrong.length === 0) return above;
  // Whole, and too late: it continues a checkpoint that neither the table nor the vault has.
  if (entries !== undefined && wrong.every((index) => index < first)) {
    const detail = 'The entries continue a checkpoint of this size, and neither the table nor the vault has it.';
    const item = rowItem('ledger_checkpoints', first);
    return [{ kind: 'checkpoint-missing', item, siteId: null, detail, facts: { batch: object.key } }, ...above];
  }
  const item = objectItem(object.key, object.versionId);
  const detail = 'The object does not have the entries that the ledger has.';
  const facts = { first_leaf: wrong[0], leaves: wrong.length };
  return [{ kind: 'entries-changed', item, siteId: null, detail, facts }, ...above];
}
