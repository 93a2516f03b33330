import {
  defineStatement,
  loadStatement,
  type Pool,
  runInTransaction,
  textArray,
} from '@countersign/shared/persistence';
import type { Leaf } from '../domain/leaf.ts';

const lockHead = defineStatement<{ size: string }>('lock-ledger-head', 'select size from ledger_head for update');
const append = loadStatement(import.meta.url, './append-leaves.sql');
const appendMissing = loadStatement<{ appended: number }>(import.meta.url, './append-missing-leaves.sql');
const findMissing = loadStatement<{ id: string }>(import.meta.url, './find-missing-effects.sql');

/** The consumers that must have had their effect of an event. */
export interface ExpectedEffects {
  eventIds: readonly string[];
  source: string;
  /** The durable that writes the ledger. */
  auditConsumer: string;
  /** The durable with an inbox, if one is concerned. */
  inboxConsumer: string | null;
}

/** The leaves of the ledger, and the one way to append to them. */
export class LedgerRepository {
  private readonly pool: Pool;
  private appending: Promise<unknown> = Promise.resolve();

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /**
   * Gives each event the next place in the ledger, in their order, those left out that have one already. Returns how
   * many places were given.
   */
  append(leaves: readonly Leaf[]): Promise<number> {
    const fresh = eachOnce(leaves);
    const columns = columnsOf(fresh);
    return this.inTurn(async () => {
      try {
        await append.run(this.pool, [String(fresh.length), ...columns]);
        return fresh.length;
      } catch (error) {
        if (!isKnownAlready(error)) throw error;
        return this.appendMissing(columns);
      }
    });
  }

  /**
   * For what is delivered again. Two statements in one transaction: the first waits for the lock on the head, the second
   * sees what its last holder committed.
   */
  private appendMissing(columns: Buffer[]): Promise<number> {
    return runInTransaction(this.pool, async (client) => {
      const [head] = await lockHead.run(client, []);
      const [row] = await appendMissing.run(client, [head!.size, ...columns]);
      return row!.appended;
    });
  }

  /** Of these events, those that a consumer has had no effect of. */
  async findMissing({ eventIds, source, auditConsumer, inboxConsumer }: ExpectedEffects): Promise<string[]> {
    const rows = await findMissing.run(this.pool, [textArray(eventIds), source, auditConsumer, inboxConsumer]);
    return rows.map((row) => row.id);
  }

  /** One transaction of a process at a time: those that would wait for the lock keep no connection from other work. */
  private inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = this.appending.then(work);
    this.appending = turn.catch(() => {});
    return turn;
  }
}

const uniqueViolation = '23505';
const isKnownAlready = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === uniqueViolation;

/** An event that came twice in one batch counts as it came first. */
function eachOnce(leaves: readonly Leaf[]): Leaf[] {
  const seen = new Set<string>();
  return leaves.filter(({ source, eventId }) => {
    const key = `${source}\n${eventId}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** $2..$13 of both statements. */
function columnsOf(leaves: readonly Leaf[]): Buffer[] {
  const column = (read: (leaf: Leaf) => string | null) => textArray(leaves.map(read));
  return [
    column((leaf) => leaf.eventId),
    column((leaf) => leaf.source),
    column((leaf) => leaf.type),
    column((leaf) => leaf.siteId),
    column((leaf) => leaf.time),
    column((leaf) => leaf.traceId),
    column((leaf) => leaf.text),
    column((leaf) => leaf.hash),
    column((leaf) => leaf.data),
    column((leaf) => leaf.principalId),
    column((leaf) => leaf.route),
    column((leaf) => leaf.errorCode),
  ];
}
