import type { Pool } from 'pg';
import { limitedActions, type LimitedAction } from '@countersign/shared/contracts';
import { defineStatement, loadStatement, type OutboxRow, textArray } from '@countersign/shared/persistence';
import { arrangeBatch, type Placed, settleBatch } from '../domain/intake-batch.ts';
import { type NonceClaim, slotOfNonce } from '../domain/nonce-claim.ts';

/** A report that asks to be accepted. */
export interface IntakeRow {
  /** SHA-256 over principal, route and the caller's key or the body; 64 hex. */
  idempotencyKey: string;
  /** SHA-256 of the body; 64 hex. */
  requestHash: string;
  siteId: string;
  action: LimitedAction;
  eventId: string;
  /** The event as JSON. */
  event: string;
  /** Seconds that the key is good for. */
  keyTtl: number;
  /** Of a signed request: taken in the same commit, and what was taken before is not accepted. */
  nonce?: NonceClaim | undefined;
}

export type IntakeOutcome = 'accepted' | 'repeat' | 'mismatch' | 'unregistered' | 'limited' | 'raced' | 'replayed';

export interface IntakeAnswer {
  outcome: IntakeOutcome;
  /** The event of the first request, for a repeat. */
  known_event_id: string | null;
  accepted_at: Date | null;
  /** Requests of the site that count now, this one included when it was accepted. */
  used: number;
  /** Seconds until the oldest of them stops counting; null when there is none. */
  reset_seconds: number | null;
}

export interface RateLimit {
  requests: number;
  windowSeconds: number;
}

const nothingDecided = { known_event_id: null, accepted_at: null, used: 0, reset_seconds: null };

const acceptIntake = loadStatement<Record<string, unknown> & IntakeAnswer>(import.meta.url, './accept-intake.sql');

const acceptEvent = defineStatement('accept-event', 'insert into outbox (id, subject, payload) values ($1, $2, $3)');

const registerSites = defineStatement(
  'register-sites',
  `with site as (insert into sites (site_id) select unnest($1::text[]) on conflict do nothing returning site_id)
   insert into rate_limits (site_id, action) select site_id, action from site cross join unnest($2::text[]) action
   on conflict do nothing`,
);

const knownSite = defineStatement<{ exists: boolean }>(
  'known-site',
  'select exists (select from sites where site_id = $1) as exists',
);

const forgetExpired = defineStatement<{ key: Buffer }>(
  'forget-expired-keys',
  `delete from idempotency where key in
     (select key from idempotency where expires_at < now() - interval '1 minute' limit $1 for update skip locked)
   returning key`,
);

export class IntakeRepository {
  private readonly pool: Pool;
  private readonly limit: RateLimit;

  constructor(pool: Pool, limit: RateLimit) {
    this.pool = pool;
    this.limit = limit;
  }

  /**
   * Accepts what may be accepted, in one commit, in the order given; one answer per row. `outbox` gets the accepted
   * events as its payload. No key may stand in `rows` twice.
   */
  async acceptReports(rows: readonly IntakeRow[], outbox: Omit<OutboxRow, 'payload'>): Promise<IntakeAnswer[]> {
    const batch = arrangeBatch(rows);
    const { groups, placed } = batch;
    const column = (read: (placed: Placed<IntakeRow>) => string) => textArray(placed.map(read));
    const decisions = await acceptIntake.run(this.pool, [
      column(({ report }) => report.idempotencyKey),
      column(({ report }) => report.requestHash),
      column(({ group }) => String(group)),
      column(({ place }) => String(place)),
      column(({ report }) => report.eventId),
      column(({ report }) => report.event),
      column(({ report }) => String(report.keyTtl)),
      outbox.id,
      outbox.subject,
      this.limit.requests,
      this.limit.windowSeconds,
      column(({ report: { nonce } }) => (nonce === undefined ? '' : String(slotOfNonce(nonce)))),
      column(({ report: { nonce } }) => nonce?.digest ?? ''),
      textArray(groups.map(({ siteId }) => siteId)),
      textArray(groups.map(({ action }) => action)),
    ]);
    return settleBatch(batch, decisions, this.limit.requests).map((decision) =>
      decision === 'replayed' ? { ...nothingDecided, outcome: decision } : decision,
    );
  }

  async acceptEvents(row: OutboxRow): Promise<void> {
    await acceptEvent.run(this.pool, [row.id, row.subject, row.payload]);
  }

  async registerSites(siteIds: readonly string[]): Promise<void> {
    await registerSites.run(this.pool, [textArray(siteIds), textArray(limitedActions)]);
  }

  async isRegistered(siteId: string): Promise<boolean> {
    const [row] = await knownSite.run(this.pool, [siteId]);
    return row?.exists ?? false;
  }

  /** Deletes keys that are no longer good; returns how many. */
  async forgetExpired(atMost: number): Promise<number> {
    return (await forgetExpired.run(this.pool, [atMost])).length;
  }
}
