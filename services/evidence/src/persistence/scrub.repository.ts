import { newId } from '@countersign/shared/kernel';
import { joinBatch } from '@countersign/shared/messaging';
import { defineStatement, loadStatement, type OutboxRow, type Pool, textArray } from '@countersign/shared/persistence';
import type { PoolClient } from 'pg';

/** A pool, or the one connection of whoever leads. */
export type ScrubbedDatabase = Pool | PoolClient;

/** Where a walk is. */
export interface ScrubProgress {
  round: number;
  startedAt: Date;
  part: string;
  /** JSON; null at the beginning of the part. */
  cursor: string | null;
  /** Read from the vault in this round. */
  objects: number;
}

/** A fault with what there is to say of it. */
export interface NewFinding {
  id: string;
  kind: string;
  item: string;
  siteId: string | null;
  detail: string;
  /** JSON. */
  facts: string;
  /** JSON. */
  event: string;
}

/** A finding that lasts. */
export interface OpenFinding {
  id: string;
  kind: string;
  item: string;
  siteId: string | null;
  detail: string;
  firstSeen: Date;
}

export interface ResolveScope {
  startedAt: Date;
  /** Parts that were walked. */
  parts: readonly string[];
  /** Null: all sites. */
  site: string | null;
}

const read = defineStatement<ScrubProgress & Record<string, unknown>>(
  'read-scrub-progress',
  `select round::float8 as round, started_at as "startedAt", part, cursor, objects::float8 as objects from scrub_progress`,
);
const save = defineStatement(
  'save-scrub-progress',
  `insert into scrub_progress (round, started_at, part, cursor, objects) values ($1, $2, $3, $4, $5)
   on conflict (singleton) do update set round = excluded.round, started_at = excluded.started_at,
     part = excluded.part, cursor = excluded.cursor, objects = excluded.objects, updated_at = clock_timestamp()`,
);
const now = defineStatement<{ now: Date }>('scrub-now', 'select clock_timestamp() as now');
const record = loadStatement<{ id: string; is_new: boolean }>(import.meta.url, './record-findings.sql');
const resolve = defineStatement<{ kind: string; item: string }>(
  'resolve-findings',
  `update scrub_findings set resolved_at = clock_timestamp()
   where resolved_at is null and last_seen < $1 and part = any ($2::text[]) and ($3::text is null or site_id = $3)
   returning kind, item`,
);
const open = defineStatement<OpenFinding & Record<string, unknown>>(
  'open-findings',
  `select id, kind, item, site_id as "siteId", detail, first_seen as "firstSeen"
   from scrub_findings
   where resolved_at is null and last_seen >= $1 and part = any ($2::text[]) and ($3::text is null or site_id = $3)
   order by kind, item`,
);

const count = defineStatement<{ open: number }>(
  'count-open-findings',
  'select count(*)::int as open from scrub_findings where resolved_at is null and ($1::text is null or site_id = $1)',
);
const end = defineStatement('end-scrub-round', 'update scrub_progress set ended_at = clock_timestamp()');
const readEnd = defineStatement<{ endedAt: Date | null }>(
  'read-scrub-end',
  'select ended_at as "endedAt" from scrub_progress',
);

const subject = 'evidence.integrity-fault.v1';

/** What the scrubber remembers. */
export class ScrubRepository {
  private readonly on: ScrubbedDatabase;

  constructor(on: ScrubbedDatabase) {
    this.on = on;
  }

  async readProgress(): Promise<ScrubProgress | undefined> {
    const [row] = await read.run(this.on, []);
    return row;
  }

  async saveProgress({ round, startedAt, part, cursor, objects }: ScrubProgress): Promise<void> {
    await save.run(this.on, [round, startedAt, part, cursor, objects]);
  }

  /** A round over everything is through. */
  async saveEnd(): Promise<void> {
    await end.run(this.on, []);
  }

  /** When the last round over everything ended; null: none has. */
  async lastEnd(): Promise<Date | null> {
    const [row] = await readEnd.run(this.on, []);
    return row?.endedAt ?? null;
  }

  /** How many findings last, of a site or of everything (null). */
  async countOpen(siteId: string | null): Promise<number> {
    const [row] = await count.run(this.on, [siteId]);
    return row!.open;
  }

  /** Server time, that of `last_seen`. */
  async now(): Promise<Date> {
    const [row] = await now.run(this.on, []);
    return row!.now;
  }

  /** Notes faults of one part; those that are new are said in the same commit. Returns them and what to publish. */
  async record(
    faults: readonly NewFinding[],
    { part, startedAt }: { part: string; startedAt: Date },
  ): Promise<{ fresh: NewFinding[]; rows: OutboxRow[] }> {
    const column = (get: (fault: NewFinding) => string | null) => textArray(faults.map(get));
    const id = newId();
    const noted = await record.run(this.on, [
      column((fault) => fault.id),
      column((fault) => fault.kind),
      column((fault) => fault.item),
      column((fault) => fault.siteId),
      column((fault) => fault.detail),
      column((fault) => fault.facts),
      column((fault) => fault.event),
      part,
      startedAt,
      id,
      subject,
    ]);
    const news = new Set(noted.filter((row) => row.is_new).map((row) => row.id));
    const fresh = faults.filter((fault) => news.has(fault.id));
    const rows = fresh.length === 0 ? [] : [{ id, subject, payload: joinBatch(fresh.map((fault) => fault.event)) }];
    return { fresh, rows };
  }

  /** Findings that a whole round did not find again; returns them. */
  resolve({ startedAt, parts, site }: ResolveScope): Promise<{ kind: string; item: string }[]> {
    return resolve.run(this.on, [startedAt, textArray([...parts]), site]);
  }

  /** What a round found, new or not. */
  found({ startedAt, parts, site }: ResolveScope): Promise<OpenFinding[]> {
    return open.run(this.on, [startedAt, textArray([...parts]), site]);
  }
}
