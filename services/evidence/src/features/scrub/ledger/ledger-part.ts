import { sha256Hex } from '@countersign/shared/crypto';
import { isSameBytes, tileWidth } from '@countersign/shared/ledger';
import { dataKeyOf } from '../../../domain/ledger-keys.ts';
import type { LeafRow } from '../../../persistence/scrub-ledger.repository.ts';
import { type Fault, objectItem, rowItem } from '../fault.ts';
import type { Look, Part } from '../part.ts';
import type { VaultReads } from '../vault-reads.ts';
import { growTree } from './grow-tree.ts';
import { judgeCheckpoint, noteOf, type ScrubbedLog, signedRoot } from './judge-checkpoints.ts';
import { judgeEntries } from './judge-entries.ts';
import { judgeLeaves } from './judge-leaves.ts';
import { judgeTiles } from './judge-tiles.ts';
import { findLostRows } from './leaf-rows.ts';
import { type KeptCheckpoint, type LedgerPage, type PageSource, readPage } from './read-page.ts';
import { emptyTree, stateAfter, type TreeState } from './tree-state.ts';

interface LedgerCursor extends TreeState {
  /** A checkpoint did not fit the tree: that of the later ones does not fit either, and says nothing new. */
  diverged: boolean;
}

export interface LedgerPartOptions extends PageSource {
  log: ScrubbedLog;
}

/**
 * The ledger, a tile's width of leaves at a time: rows, entries, tiles and checkpoints are compared with one another,
 * the tree is recomputed on the way, and what leaves tell of has to be in the tables.
 */
export function createLedgerPart(options: LedgerPartOptions): Part {
  return {
    name: 'ledger',
    async look(cursor): Promise<Look> {
      const state = (cursor ?? { ...emptyTree, diverged: false }) as unknown as LedgerCursor;
      const { log, reads, ledger } = options;
      const page = await readPage(state.size, options);
      // What no row knows and nobody signed is no checkpoint, but an object that is unknown.
      page.checkpoints = page.checkpoints.filter((one) => one.row !== undefined || isSigned(one, log));
      const faults: Fault[] = [];
      const tree = await growTree(page, state, signedRoots(page, log));
      faults.push(...judgeLeaves(page, tree.hashes));
      faults.push(...(await judgeEntries(page, tree, reads)));
      if (page.isFull) faults.push(...(await judgeTiles(page, { full: tree.full, ledger, reads })));
      let { diverged } = state;
      for (const checkpoint of page.checkpoints) {
        const root = tree.roots.get(checkpoint.size);
        if (root === undefined) {
          if (checkpoint.row === undefined && !page.isFull) faults.push(aheadOf(checkpoint.size));
          continue;
        }
        const verdict = await judgeCheckpoint(checkpoint, root, log, reads);
        if (!verdict.diverged || !diverged) faults.push(...verdict.faults);
        diverged ||= verdict.diverged;
      }
      const whole = wholeLeaves(page, faults);
      faults.push(...(await judgeData(whole, page.publishedEnd, reads)));
      faults.push(...(await findLostRows(whole, ledger)));
      if (!page.isFull) return { faults: [...faults, ...(await judgeEnd(options))], next: null };
      return { faults, next: { ...stateAfter(state, state.size + tileWidth, tree.full), diverged } };
    },
  };
}

/** What was signed for the sizes that the page reaches. */
function signedRoots(page: LedgerPage, log: ScrubbedLog): Map<number, Uint8Array> {
  const roots = new Map<number, Uint8Array>();
  for (const checkpoint of page.checkpoints) {
    const { size, row } = checkpoint;
    if (size > page.publishedEnd) continue;
    const object = noteOf(checkpoint);
    const root = (object && signedRoot(object, size, log)) ?? (row && signedRoot(row.note, size, log));
    if (root) roots.set(size, root);
  }
  return roots;
}

const isSigned = (checkpoint: KeptCheckpoint, log: ScrubbedLog): boolean =>
  signedRoot(noteOf(checkpoint) ?? '', checkpoint.size, log) !== undefined;

/** A checkpoint in the vault that is larger than all in the table, and was there long enough to be taken over. */
const aheadOf = (size: number): Fault => ({
  kind: 'checkpoint-missing',
  item: rowItem('ledger_checkpoints', size),
  siteId: null,
  detail: 'The vault has a signed checkpoint of this size, and there is no row.',
  facts: {},
});

const wholeLeaves = (page: LedgerPage, faults: readonly Fault[]) => {
  const bad = new Set(faults.map(({ item }) => item));
  return [...page.leaves.values()].filter(({ index }) => !bad.has(rowItem('ledger_leaves', index)));
};

/** What stands beside leaves that are too large. */
async function judgeData(leaves: readonly LeafRow[], publishedEnd: number, reads: VaultReads): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const { index, data } of leaves) {
    if (data === null || index >= publishedEnd) continue;
    const key = dataKeyOf(sha256Hex(data));
    const object = await reads.first(key);
    const about = { item: objectItem(key, object?.versionId), siteId: null, facts: { leaf_index: index } };
    if (object === undefined)
      faults.push({ kind: 'object-missing', ...about, detail: 'The vault does not have the data of a leaf.' });
    else {
      faults.push(...(await reads.faultsAbove(object, null)));
      if (!isSameBytes(object.bytes, Buffer.from(data, 'utf8')))
        faults.push({ kind: 'object-changed', ...about, detail: 'The object is not the data of its leaf.' });
    }
  }
  return faults;
}

/** That the ledger ends where its head says. */
async function judgeEnd({ ledger }: LedgerPartOptions): Promise<Fault[]> {
  const published = await ledger.published();
  const size = await ledger.size();
  if (size < published) {
    const detail = `The head says ${size} leaves, and ${published} are published.`;
    return [{ kind: 'row-changed', item: 'ledger_head', siteId: null, detail, facts: { size, published } }];
  }
  const extra = await ledger.extraLeaves();
  return extra.map((index) => ({
    kind: 'row-unknown',
    item: rowItem('ledger_leaves', index),
    siteId: null,
    detail: 'The row stands at a place that was not given yet.',
    facts: { size },
  }));
}
