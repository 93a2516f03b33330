import type { Pool } from 'pg';
import type { Outcome } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import { joinBatch } from '@countersign/shared/messaging';
import { defineStatement, loadStatement, type OutboxRow, textArray } from '@countersign/shared/persistence';
import type { RecordedBundle } from '../domain/evidence-envelope.ts';
import { columnsOf } from './columns-of.ts';
import { sealColumns, type SealedObject } from './seal-columns.ts';

/** A bundle that the vault lacks. It is leased: no other replica works on it until the lease ends. */
export interface UnsealedBundle extends RecordedBundle {
  order_id: string | null;
  outcome: Outcome;
  /** What the appliance's clock said; RFC 3339. */
  timestamp_end: string;
  /** When a gateway took it; RFC 3339, UTC. */
  submitted_at: string;
  /** Claims, this one included. */
  attempts: number;
  traceparent: string | null;
  event_id: string;
  /** Who waits for the seal. */
  replyto: string | null;
}

/** What the vault holds of a bundle. */
export interface Seal extends SealedObject {
  /** When the vault had answered the put; RFC 3339. */
  storedAt: string;
  /** The event that tells of it, as JSON. */
  event: string;
}

export interface ReleasedBundle {
  evidenceId: string;
  seconds: number;
  tried: boolean;
  /** The vault had answered the put, and what followed failed; RFC 3339. */
  storedAt?: string | undefined;
}

const claim = loadStatement<
  Omit<UnsealedBundle, 'recorded_at' | 'submitted_at'> & { recorded_at: Date; submitted_at: Date }
>(import.meta.url, './claim-unsealed.sql');
const seal = loadStatement<{ evidence_id: string }>(import.meta.url, './seal-bundles.sql');

const renew = defineStatement(
  'renew-unsealed',
  `update seal_queue set next_at = now() + $2::float8 * interval '1 second' where evidence_id = any ($1::text[]::uuid[])`,
);

const release = defineStatement(
  'release-unsealed',
  `update seal_queue q
   set next_at = now() + t.seconds::float8 * interval '1 second', attempts = q.attempts - t.untried::int,
     stored_at = coalesce(q.stored_at, t.stored_at::timestamptz)
   from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as t (evidence_id, seconds, untried, stored_at)
   where q.evidence_id = t.evidence_id::uuid`,
);

const oldest = defineStatement<{ waiting: number; oldest_seconds: number | null }>(
  'oldest-unsealed',
  `select count(*)::int as waiting, extract(epoch from now() - min(accepted_at))::float8 as oldest_seconds from seal_queue`,
);

/** The queue of bundles that the vault lacks. */
export class SealQueueRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  async claim(limit: number, leaseSeconds: number): Promise<UnsealedBundle[]> {
    const rows = await claim.run(this.pool, [limit, leaseSeconds]);
    return rows.map((row) => ({
      ...row,
      recorded_at: row.recorded_at.toISOString(),
      submitted_at: row.submitted_at.toISOString(),
    }));
  }

  /** Keeps bundles that were claimed for longer. */
  async renew(evidenceIds: readonly string[], leaseSeconds: number): Promise<void> {
    await renew.run(this.pool, [textArray(evidenceIds), leaseSeconds]);
  }

  /** Notes seals. Returns what there is to publish: nothing of a bundle that another replica sealed first. */
  async seal(seals: readonly Seal[]): Promise<OutboxRow[]> {
    const id = newId();
    const subject = 'evidence.recorded.v1';
    const sealed = await seal.run(this.pool, [
      ...sealColumns(seals),
      ...columnsOf(seals, [(row) => row.storedAt, (row) => row.event]),
      id,
      subject,
    ]);
    const fresh = new Set(sealed.map((row) => row.evidence_id));
    const events = seals.filter((row) => fresh.has(row.evidenceId)).map((row) => row.event);
    return events.length === 0 ? [] : [{ id, subject, payload: joinBatch(events) }];
  }

  /** Gives bundles back, to be claimed again after some seconds; one that was not even tried keeps its attempts. */
  async release(rows: readonly ReleasedBundle[]): Promise<void> {
    if (rows.length === 0) return;
    await release.run(this.pool, [
      textArray(rows.map((row) => row.evidenceId)),
      textArray(rows.map((row) => String(row.seconds))),
      textArray(rows.map((row) => (row.tried ? '0' : '1'))),
      textArray(rows.map((row) => row.storedAt ?? null)),
    ]);
  }

  async oldest(): Promise<{ waiting: number; oldestSeconds: number }> {
    const [row] = await oldest.run(this.pool, []);
    return { waiting: row?.waiting ?? 0, oldestSeconds: row?.oldest_seconds ?? 0 };
  }
}
