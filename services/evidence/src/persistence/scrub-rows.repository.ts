import { defineStatement, loadStatement, type Pool, textArray } from '@countersign/shared/persistence';
import type { PoolClient } from 'pg';
import type { LinkRow } from './link-row.ts';

/** A bundle's row as the envelope and the leaf repeat it. */
export interface BundleFields extends Omit<LinkRow, 'evidence_id'> {
  order_id: string | null;
  check_type: string;
  outcome: string;
  hipaa_controls: string;
  timestamp_start: string;
  timestamp_end: string;
  document: string;
  channel: 'json' | 'upload';
  trace_id: string | null;
}

/** A seal, with its bundle (null: none) and the leaf that tells of it (null: none). */
export type SealRow = {
  evidence_id: string;
  key: string;
  uri: string;
  version_id: string;
  sha256: string;
  size: number;
  retain_until: Date;
  sealed_at: Date;
  extended_until: Date | null;
  legal_hold: boolean;
  leaf_index: number | null;
  leaf: string | null;
  leaf_hash: Buffer | null;
  /** The scrubber has found it to be wrong. */
  leaf_is_bad: boolean;
  /** That there is none is in order, or said already. */
  leaf_is_explained: boolean;
} & (BundleFields | { [Field in keyof BundleFields]: null });

export interface BundleRow extends LinkRow {
  /** Of one that is not sealed. */
  document: string | null;
  sealed: boolean;
  queued: boolean;
  ledgered: boolean;
  is_bad: boolean;
}

/** A head, with the last link of its site; without one, what is of the link alone is null. */
export interface HeadRow extends Omit<LinkRow, 'evidence_id'> {
  head_position: number;
  head_link_hash: string;
  evidence_id: string | null;
}

/** A refusal, or a change of retention. */
export interface ChangeRow {
  of_table: 'refusals' | 'retention_changes';
  key: string;
  /** Null when its bundle is missing. */
  site_id: string | null;
  /** Its columns, as JSON has them. */
  fields: Record<string, unknown>;
  /** The text of the leaf that tells of it; null: none. */
  leaf: string | null;
  /** That there is none is in order, or said already; so is what is wrong with it. */
  is_explained: boolean;
}

const readChanges = loadStatement<ChangeRow & Record<string, unknown>>(import.meta.url, './scrub-changes.sql');
const readSeals = loadStatement<SealRow & Record<string, unknown>>(import.meta.url, './scrub-seals.sql');
const readBundles = loadStatement<BundleRow & Record<string, unknown>>(import.meta.url, './scrub-bundles.sql');
const readHeads = loadStatement<HeadRow & Record<string, unknown>>(import.meta.url, './scrub-heads.sql');

// Of a leaf's text, for there is no index: it is asked where positions are missing, and nowhere else.
const findTold = defineStatement<{ position: number }>(
  'scrub-told-positions',
  `select distinct position::float8 as position
   from (
     select substring(leaf from '"position": ([0-9]{1,15})')::bigint as position
     from ledger_leaves where site_id = $1 and type = 'evidence.recorded.v1'
   ) told
   where position between $2::bigint and $3::bigint`,
);
const countLost = defineStatement<{ lost: number }>(
  'scrub-lost-submissions',
  `select count(*)::int as lost from scrub_findings
   where kind = 'row-missing' and part = 'ledger' and site_id = $1 and resolved_at is null and last_seen >= $2
     and item like 'bundles/%' and facts::jsonb ->> 'position' is null`,
);
const findKeys = defineStatement<{ key: string }>(
  'scrub-known-keys',
  'select key from seals where key = any ($1::text[])',
);
const findBundle = defineStatement<{ site_id: string; bundle_id: string; recorded_at: Date }>(
  'scrub-find-bundle',
  'select site_id, bundle_id, recorded_at from bundles where evidence_id = $1',
);
const isTold = defineStatement<{ told: boolean }>(
  'scrub-is-told',
  `select exists (select from ledger_leaves where event_id = 'recorded:' || $1 and source = '/evidence') as told`,
);
const hasData = defineStatement<{ known: boolean }>(
  'scrub-has-data',
  `select exists (
     select from ledger_leaves
     where data is not null and substring(leaf from '"urn:sha256:([0-9a-f]{64})"') = $1
   ) as known`,
);
const findSizes = defineStatement<{ size: number }>(
  'scrub-known-sizes',
  'select size::float8 as size from ledger_checkpoints where size = any ($1::text[]::bigint[])',
);

/** Rows of evidence as the scrubber reads them. */
export class ScrubRowsRepository {
  private readonly on: Pool | PoolClient;

  constructor(on: Pool | PoolClient) {
    this.on = on;
  }

  seals(page: { after: string; limit: number; site: string | null; durable: string; startedAt: Date }) {
    return readSeals.run(this.on, [page.after, page.limit, page.site, page.durable, page.startedAt]);
  }

  bundles(page: { site: string; position: number; limit: number; only: string | null; startedAt: Date }) {
    return readBundles.run(this.on, [page.site, page.position, page.limit, page.only, page.startedAt]);
  }

  changes({
    after,
    limit,
    site,
    durable,
    startedAt,
  }: {
    after: { table: string; key: string };
    limit: number;
    site: string | null;
    durable: string;
    startedAt: Date;
  }): Promise<ChangeRow[]> {
    return readChanges.run(this.on, [after.table, after.key, limit, site, durable, startedAt]);
  }

  heads(page: { after: string; limit: number; only: string | null; startedAt: Date }): Promise<HeadRow[]> {
    return readHeads.run(this.on, [page.after, page.limit, page.only, page.startedAt]);
  }

  /** Positions of a site in [from, to] that the ledger tells of. */
  async toldPositions(siteId: string, from: number, to: number): Promise<Set<number>> {
    const rows = await findTold.run(this.on, [siteId, from, to]);
    return new Set(rows.map(({ position }) => position));
  }

  /** How many bundles of a site this round has found missing that were never sealed: no leaf has their positions. */
  async lostBeforeSeal(siteId: string, startedAt: Date): Promise<number> {
    const [row] = await countLost.run(this.on, [siteId, startedAt]);
    return row!.lost;
  }

  /** Which of these keys seals have. */
  async sealedKeys(keys: readonly string[]): Promise<Set<string>> {
    const rows = await findKeys.run(this.on, [textArray([...keys])]);
    return new Set(rows.map(({ key }) => key));
  }

  async bundle(evidenceId: string): Promise<{ site_id: string; bundle_id: string; recorded_at: Date } | undefined> {
    const [row] = await findBundle.run(this.on, [evidenceId]);
    return row;
  }

  /** Whether the ledger tells of the seal of a bundle. */
  async isTold(evidenceId: string): Promise<boolean> {
    const [row] = await isTold.run(this.on, [evidenceId]);
    return row!.told;
  }

  /** Whether a leaf has its data beside it under this digest. */
  async hasData(sha256: string): Promise<boolean> {
    const [row] = await hasData.run(this.on, [sha256]);
    return row!.known;
  }

  /** Which of these sizes have a published checkpoint. */
  async publishedSizes(sizes: readonly number[]): Promise<Set<number>> {
    const rows = await findSizes.run(this.on, [textArray(sizes.map(String))]);
    return new Set(rows.map(({ size }) => size));
  }
}
