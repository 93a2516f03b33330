import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { defineStatement, loadStatement, textArray } from '@countersign/shared/persistence';
import type { Logger } from '@countersign/shared/telemetry';
import type { LimitPolicy } from '../domain/limit-policy.ts';

/** Hits that somebody wants to take. */
export interface LimitClaim {
  policy: LimitPolicy;
  subject: string;
  wanted: number;
  /** Seconds within which they will be used; 0: now. */
  leaseSeconds: number;
}

export interface LimitAnswer {
  policy: string;
  subject: string;
  /** How many of the hits that were wanted may pass. */
  granted: number;
  /** Hits that count now. */
  used: number;
  /** Seconds until the oldest of them stops counting. */
  reset_seconds: number;
}

/** A subject that has used up its limit, and for how long. */
export interface BlockedSubject {
  subject: string;
  seconds: number;
}

const takeHits = loadStatement<Record<string, unknown> & LimitAnswer>(import.meta.url, './take-hits.sql');

const findBlocked = defineStatement<Record<string, unknown> & BlockedSubject>(
  'find-blocked-subjects',
  `select subject, extract(epoch from live.oldest + window_seconds * interval '1 second' - clock_timestamp())::float8 as seconds
   from limit_hits,
     lateral (
       select min(h) as oldest, sum(n) as used from unnest(hits, counts) as t (h, n)
       where h > clock_timestamp() - window_seconds * interval '1 second'
     ) live
   where policy = $1 and live.used >= requests`,
);

const forgetHits = defineStatement<{ subject: string }>(
  'forget-limit-hits',
  `delete from limit_hits where (policy, subject) in (
     select policy, subject from limit_hits
     where hits[cardinality(hits)] < now() - (window_seconds + 60) * interval '1 second'
     limit $1 for update skip locked
   )
   returning subject`,
);

/** The counts of all gateways, and the news that an address is blocked. */
export class LimitRepository {
  private readonly pool: pg.Pool;
  private readonly databaseUrl: string;
  private readonly logger: Logger;
  /** The policy whose used-up subjects every gateway wants to know. */
  private readonly toldPolicy: string;
  private client: pg.Client | undefined;
  private closed = false;

  constructor(pool: pg.Pool, databaseUrl: string, toldPolicy: string, logger: Logger) {
    this.pool = pool;
    this.databaseUrl = databaseUrl;
    this.toldPolicy = toldPolicy;
    this.logger = logger;
  }

  /** One statement for all claims; no policy and subject may stand there twice. */
  take(claims: readonly LimitClaim[]): Promise<LimitAnswer[]> {
    const column = (read: (claim: LimitClaim) => string | number) => textArray(claims.map((one) => String(read(one))));
    return takeHits.run(this.pool, [
      column(({ policy }) => policy.name),
      column(({ subject }) => subject),
      column(({ wanted }) => wanted),
      column(({ policy }) => policy.limit),
      column(({ policy }) => policy.windowSeconds),
      column(({ leaseSeconds }) => leaseSeconds),
      this.toldPolicy,
    ]);
  }

  findBlocked(): Promise<BlockedSubject[]> {
    return findBlocked.run(this.pool, [this.toldPolicy]);
  }

  /** Deletes what no longer counts; returns how many rows. */
  async forget(atMost: number): Promise<number> {
    return (await forgetHits.run(this.pool, [atMost])).length;
  }

  /** Tells until `close` who is blocked: first all that are, then each that becomes so. Connects anew when it is cut. */
  async listen(tell: (blocked: BlockedSubject) => void): Promise<void> {
    while (!this.closed) {
      const client = new pg.Client({
        connectionString: this.databaseUrl,
        connectionTimeoutMillis: 2_000,
        keepAlive: true,
      });
      this.client = client;
      const lost = new Promise<void>((resolve) => {
        client.on('error', () => resolve());
        client.on('end', () => resolve());
      });
      try {
        client.on('notification', ({ payload }) => tell(JSON.parse(payload ?? '{}') as BlockedSubject));
        await client.connect();
        await client.query('listen gateway_limits');
        for (const blocked of await this.findBlocked()) tell(blocked);
        await lost;
      } catch (error) {
        this.logger.warn({ err: error }, 'cannot listen for blocked addresses');
      }
      await client.end().catch(() => {});
      if (!this.closed) await delay(500);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.client?.end().catch(() => {});
  }
}
