import { sha256 } from '@countersign/shared/crypto';
import { isSameBytes, leafHash } from '@countersign/shared/ledger';
import { type Fault, rowItem } from '../fault.ts';
import { differingColumns, eventOf } from './leaf-columns.ts';
import type { LedgerPage } from './read-page.ts';

/** Holds the rows of the leaves against the tree, and their columns against their text. */
export function judgeLeaves(page: LedgerPage, hashes: readonly (Uint8Array | undefined)[]): Fault[] {
  const faults: Fault[] = [];
  for (let index = page.from; index < page.end; index += 1) {
    const row = page.leaves.get(index);
    const item = rowItem('ledger_leaves', index);
    const event = () => eventOf(entryText(page, index, hashes[index - page.from]) ?? '');
    if (row === undefined) {
      faults.push({
        kind: 'leaf-missing',
        item,
        ...aboutOf(event()),
        detail: 'The ledger has a leaf at this place, and its row is not there.',
      });
      continue;
    }
    const ofText = leafHash(Buffer.from(row.text, 'utf8'), sha256);
    const hash = hashes[index - page.from] ?? row.hash;
    const wrong = [
      ...(isSameBytes(ofText, hash) ? differingColumns(row) : ['leaf']),
      ...(isSameBytes(row.hash, hash) ? [] : ['leaf_hash']),
    ];
    if (wrong.length === 0) continue;
    const about = aboutOf(event() ?? eventOf(row.text));
    const detail = `The row is not as it was sequenced: ${wrong.join(', ')}.`;
    faults.push({ kind: 'leaf-changed', item, ...about, facts: { ...about.facts, columns: wrong }, detail });
  }
  return faults;
}

function aboutOf(event: Record<string, unknown> | undefined) {
  const subject = event?.['subject'];
  return {
    siteId: typeof subject === 'string' && subject !== '-' ? subject : null,
    facts: { event_id: event?.['id'] ?? null, type: event?.['type'] ?? null } as Record<string, unknown>,
  };
}

/** The text of a leaf, from the row or from the vault, whichever has the hash that counts. */
function entryText(page: LedgerPage, index: number, hash: Uint8Array | undefined): string | undefined {
  const texts = [page.bundle, ...page.checkpoints.map(({ batch }) => batch)].flatMap((kept) => {
    const entry = kept?.entries?.[index - kept.first];
    return entry === undefined ? [] : [Buffer.from(entry).toString('utf8')];
  });
  const row = page.leaves.get(index);
  if (row !== undefined) texts.push(row.text);
  if (hash === undefined) return texts[0];
  return texts.find((text) => isSameBytes(leafHash(Buffer.from(text, 'utf8'), sha256), hash));
}
