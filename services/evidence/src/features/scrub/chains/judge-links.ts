import { sha256Hex } from '@countersign/shared/crypto';
import { type ChainHead, emptyChain } from '../../../domain/chain-link.ts';
import { type ChainFault, verifyChain } from '../../../domain/verify-chain.ts';
import { linkOf } from '../../../persistence/link-row.ts';
import type { BundleRow } from '../../../persistence/scrub-rows.repository.ts';
import { type Fault, type FaultKind, rowItem } from '../fault.ts';

/** Where a chain's walk is, and whether its last link was found to be wrong: the next one then does not follow it. */
export interface WalkedHead extends ChainHead {
  wrong: boolean;
}

/** Positions that a chain lacks, both included. */
export interface Gap {
  siteId: string;
  from: number;
  to: number;
}

export interface LinksVerdict {
  faults: Fault[];
  /** They still have to be held against the ledger. */
  gaps: Gap[];
  head: WalkedHead | null;
}

/**
 * Walks links in the order of sites and positions. A row that is neither sealed nor waits for its seal was not recorded
 * by us; rows that another part of the walk has named already are left out, and stand as a gap that the ledger explains.
 */
export function judgeLinks(rows: readonly BundleRow[], from: WalkedHead | null): LinksVerdict {
  const faults: Fault[] = [];
  const gaps: Gap[] = [];
  let head = from;
  for (const site of groupBy(rows, (row) => row.site_id)) {
    const siteId = site[0]!.site_id;
    const before: WalkedHead = head?.site_id === siteId ? head : { ...emptyChain(siteId), wrong: false };
    const links: BundleRow[] = [];
    for (const same of groupBy(site, (row) => row.position)) {
      const good = same.filter((row) => !row.is_bad);
      const ours = good.filter((row) => row.sealed || row.queued || row.ledgered);
      if (good.length > 1) faults.push(forkOf(good));
      else faults.push(...good.filter((row) => !ours.includes(row)).map(strange));
      if (ours[0] !== undefined) links.push(ours[0]);
    }
    faults.push(...links.filter(hasOtherDigest).map(otherDigest));
    const check = verifyChain(siteId, links.map(linkOf), before);
    const wrong = new Set(check.faults.filter(({ kind }) => kind === 'wrong-hash').map(({ position }) => position));
    if (before.wrong) wrong.add(before.position);
    const named = new Set<number>();
    for (const { kind, position, detail } of check.faults) {
      const row = links.find((link) => link.position >= position)!;
      if (kind === 'gap') gaps.push({ siteId, from: position, to: row.position - 1 });
      // What follows a wrong link does not fit it: that is said of the wrong one. And one link is named once.
      else if (!named.has(position) && (kind === 'wrong-hash' || !wrong.has(position - 1))) {
        named.add(position);
        faults.push(chainFault(kind, row, detail));
      }
    }
    head = { ...check.head, wrong: wrong.has(check.head.position) };
  }
  return { faults, gaps, head };
}

export const chainItem = (siteId: string, position: number): string => `chain/${siteId}/${position}`;

/** What is wrong with one bundle. */
const bundleFault = (kind: FaultKind, row: BundleRow, detail: string): Fault => ({
  kind,
  item: rowItem('bundles', row.evidence_id),
  siteId: row.site_id,
  detail,
  facts: { position: row.position, bundle_id: row.bundle_id },
});

const chainFault = (kind: Exclude<ChainFault['kind'], 'gap'>, row: BundleRow, detail: string): Fault =>
  bundleFault(`chain-${kind}`, row, `Position ${row.position} of the chain: ${detail}.`);

const forkOf = (rows: readonly BundleRow[]): Fault => {
  const { site_id: siteId, position } = rows[0]!;
  const detail = `Position ${position} of the chain is taken by ${rows.length} bundles.`;
  const taken = rows.map(({ evidence_id, bundle_id, sealed, ledgered }) => ({
    evidence_id,
    bundle_id,
    sealed,
    ledgered,
  }));
  return { kind: 'chain-fork', item: chainItem(siteId, position), siteId, detail, facts: { position, bundles: taken } };
};

const strange = (row: BundleRow): Fault =>
  bundleFault(
    'row-unknown',
    row,
    'The bundle is neither sealed nor waits for its seal, and the ledger does not tell of it.',
  );

const hasOtherDigest = ({ document, digest }: BundleRow): boolean =>
  document !== null && sha256Hex(document) !== digest;

const otherDigest = (row: BundleRow): Fault =>
  bundleFault('row-changed', row, 'The text does not have the digest of the row.');

/** In the order in which they came. */
function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => unknown): Row[][] {
  const groups = new Map<unknown, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return [...groups.values()];
}
