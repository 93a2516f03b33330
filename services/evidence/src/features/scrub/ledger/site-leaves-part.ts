import { sha256 } from '@countersign/shared/crypto';
import { isSameBytes, leafHash } from '@countersign/shared/ledger';
import type { LeafRow, ScrubLedgerRepository } from '../../../persistence/scrub-ledger.repository.ts';
import { type Fault, rowItem } from '../fault.ts';
import type { Part } from '../part.ts';
import type { VaultReads } from '../vault-reads.ts';
import { differingColumns } from './leaf-columns.ts';
import { findLostRows } from './leaf-rows.ts';

const leavesAtOnce = 256;

/** In the place of the whole ledger, when one site is walked: its leaves, and the rows that they tell of. */
export function createSiteLeavesPart(
  ledger: Pick<ScrubLedgerRepository, 'siteLeaves' | 'findLost'>,
  reads: Pick<VaultReads, 'pause'>,
  site: string,
): Part {
  return {
    name: 'ledger',
    isNarrow: true,
    async look(cursor) {
      await reads.pause();
      const from = typeof cursor?.['from'] === 'number' ? cursor['from'] : 0;
      const leaves = await ledger.siteLeaves(site, from, leavesAtOnce);
      const wrong = leaves.filter(isWrong);
      const faults = wrong.map((leaf): Fault => ({
        kind: 'leaf-changed',
        item: rowItem('ledger_leaves', leaf.index),
        siteId: site,
        detail: 'The row is not as it was sequenced: its hash or its columns are not those of its text.',
        facts: { event_id: leaf.eventId, type: leaf.type },
      }));
      const lost = await findLostRows(
        leaves.filter((leaf) => !wrong.includes(leaf)),
        ledger,
      );
      const next = leaves.length < leavesAtOnce ? null : { from: leaves.at(-1)!.index + 1 };
      return { faults: [...faults, ...lost], next };
    },
  };
}

const isWrong = (leaf: LeafRow): boolean =>
  !isSameBytes(leafHash(Buffer.from(leaf.text, 'utf8'), sha256), leaf.hash) || differingColumns(leaf).length > 0;
