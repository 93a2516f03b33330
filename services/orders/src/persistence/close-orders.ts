import type { PoolClient } from 'pg';
import { loadStatement, type OutboxRow, textArray } from '@countersign/shared/persistence';
import type { Verdict } from '../domain/close-order.ts';
import { say } from './outbox-row.ts';

/** An order that has just ended. */
export interface ClosedOrder extends Verdict {
  /** The one that it was issued for, then those that joined. */
  incident_ids: string[];
  /** Of what ended it, else of the order itself. */
  traceparent: string;
}

/** What is said about the end: the event as JSON. */
export type DescribeClosed = (order: ClosedOrder, at: Date) => string;

interface ClosedRow {
  order_id: string;
  traceparent: string;
  incident_ids: string[];
}

const close = loadStatement<ClosedRow>(import.meta.url, './close-orders.sql');

export interface Closing {
  closed: ClosedOrder[];
  rows: OutboxRow[];
}

/**
 * Ends those of the orders that stand open, belong to the appliance that the verdict names, and have not ended
 * meanwhile. No order may stand in `verdicts` twice.
 */
export async function closeOrders(
  client: PoolClient,
  verdicts: readonly Verdict[],
  at: Date,
  describe: DescribeClosed,
): Promise<Closing> {
  if (verdicts.length === 0) return { closed: [], rows: [] };
  const column = (read: (verdict: Verdict) => string | null) => textArray(verdicts.map(read));
  const ended = await close.run(client, [
    column((verdict) => verdict.order_id),
    column((verdict) => verdict.site_id),
    column((verdict) => verdict.host_id),
    column((verdict) => verdict.status),
    column((verdict) => verdict.reason),
    column((verdict) => verdict.evidence_id),
    at,
  ]);
  const verdictOf = new Map(verdicts.map((verdict) => [verdict.order_id, verdict]));
  const closed = ended.map(({ order_id, traceparent, incident_ids }) => {
    const verdict = verdictOf.get(order_id)!;
    return { ...verdict, incident_ids, traceparent: verdict.traceparent ?? traceparent };
  });
  const rows = await say(
    client,
    'orders.closed.v1',
    closed.map((order) => describe(order, at)),
  );
  return { closed, rows };
}
