import type { Pool, PoolClient } from 'pg';
import { newId } from '@countersign/shared/kernel';
import { joinBatch } from '@countersign/shared/messaging';
import {
  defineStatement,
  loadStatement,
  type OutboxRow,
  runInTransaction,
  textArray,
} from '@countersign/shared/persistence';
import type { ChainLink } from '../domain/chain-link.ts';
import type { DecidedBatch, KnownState, Submission } from '../domain/decide-submissions.ts';
import type { RefusalCode } from '../domain/evidence-errors.ts';
import { type LinkRow, linkOf } from './link-row.ts';
import { bundleColumns, headColumns, refusalColumns } from './record-columns.ts';

interface HeadRow {
  site_id: string;
  position: number;
  link_hash: string;
  recorded_at: Date | null;
  now: Date;
}

interface KnownRow {
  site_id: string;
  bundle_id: string;
  evidence_id: string;
  digest: string;
  signature: string | null;
  recorded_at: Date;
  uri: string | null;
  retain_until: Date | null;
}

const lockHeads = loadStatement<Record<string, unknown> & HeadRow>(import.meta.url, './lock-chain-heads.sql');
const findKnown = loadStatement<Record<string, unknown> & KnownRow>(import.meta.url, './find-known-bundles.sql');
const record = loadStatement(import.meta.url, './record-bundles.sql');

const insertHeads = defineStatement(
  'insert-chain-heads',
  'insert into chain_heads (site_id) select site_id from unnest($1::text[]) site_id order by site_id on conflict do nothing',
);
const findRefusals = defineStatement<{ event_id: string; error_code: RefusalCode }>(
  'find-refusals',
  'select event_id, error_code from refusals where event_id = any($1::text[])',
);
const readLinks = defineStatement<LinkRow>(
  'read-chain-links',
  `select site_id, position::int, previous_link_hash, link_hash, evidence_id, bundle_id, host_id, digest, signature,
     public_key, recorded_at
   from bundles where site_id = $1 and position > $2 order by position limit $3`,
);

const refused = 'evidence.refused.v1';

export interface AppendOptions {
  submissions: readonly Submission[];
  decide: (state: KnownState) => DecidedBatch;
  /** The events (JSON) that tell of the batch's new refusals. */
  describeRefusals: (batch: DecidedBatch, now: string) => string[];
}

/** The chains of all sites, and the one way to append to them. */
export class ChainRepository {
  private readonly pool: Pool;
  private readonly consumer: string;

  /** @param consumer the durable whose inbox notes the events. */
  constructor(pool: Pool, consumer: string) {
    this.pool = pool;
    this.consumer = consumer;
  }

  /**
   * Locks the chains of the submissions' sites, lets `decide` decide by what is known then, and records the outcome,
   * all in one transaction. Returns the outcome and what there is to publish.
   */
  append({
    submissions,
    decide,
    describeRefusals,
  }: AppendOptions): Promise<{ batch: DecidedBatch; said: OutboxRow[] }> {
    return runInTransaction(this.pool, async (client) => {
      const state = await readLocked(client, submissions);
      const batch = decide(state);
      const events = describeRefusals(batch, state.now);
      const said = events.length === 0 ? [] : [{ id: newId(), subject: refused, payload: joinBatch(events) }];
      await record.run(client, [
        ...bundleColumns(batch.decisions),
        ...headColumns(batch.heads),
        ...refusalColumns(batch.decisions),
        this.consumer,
        textArray(submissions.map(({ eventId }) => eventId)),
        said[0]?.id ?? null,
        refused,
        said[0]?.payload ?? null,
      ]);
      return { batch, said };
    });
  }

  /** Links of a site after a position, in their order. */
  async readLinks(siteId: string, afterPosition: number, limit: number): Promise<ChainLink[]> {
    const rows = await readLinks.run(this.pool, [siteId, afterPosition, limit]);
    return rows.map(linkOf);
  }
}

async function readLocked(client: PoolClient, submissions: readonly Submission[]): Promise<KnownState> {
  const sites = textArray([...new Set(submissions.map(({ bundle }) => bundle.site_id))]);
  const heads = await lockAll(client, sites, new Set(submissions.map(({ bundle }) => bundle.site_id)).size);
  // Only now, under a newer snapshot: whoever held the locks before has committed.
  const bundles = await findKnown.run(client, [
    textArray(submissions.map(({ bundle }) => bundle.site_id)),
    textArray(submissions.map(({ bundle }) => bundle.bundle_id)),
  ]);
  const refusals = await findRefusals.run(client, [textArray(submissions.map(({ eventId }) => eventId))]);
  return {
    heads: new Map(
      heads.map(({ site_id, position, link_hash, recorded_at }) => [
        site_id,
        { site_id, position, link_hash, recorded_at: recorded_at?.toISOString() ?? null },
      ]),
    ),
    bundles: bundles.map((row) => ({
      siteId: row.site_id,
      bundleId: row.bundle_id,
      evidenceId: row.evidence_id,
      digest: row.digest,
      signature: row.signature,
      recordedAt: row.recorded_at.toISOString(),
      uri: row.uri,
      retainUntil: row.retain_until?.toISOString() ?? null,
    })),
    refusals: new Map(refusals.map((row) => [row.event_id, row.error_code])),
    now: new Date(Math.max(...heads.map((row) => row.now.getTime()))).toISOString(),
  };
}

async function lockAll(client: PoolClient, sites: Buffer, count: number): Promise<HeadRow[]> {
  const locked = await lockHeads.run(client, [sites]);
  if (locked.length === count) return locked;
  await insertHeads.run(client, [sites]);
  return lockHeads.run(client, [sites]);
}
