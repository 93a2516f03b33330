import type { Pool } from 'pg';
import { defineStatement, runInTransaction, textArray } from '@countersign/shared/persistence';
import { judgeOverdue, type OverdueOrder, type Verdict } from '../domain/close-order.ts';
import { closeOrders, type Closing, type DescribeClosed } from './close-orders.ts';

/** What an event says about an order, if it says anything. */
export interface EvidenceNotice {
  eventId: string;
  verdict: Verdict | null;
}

const noteInbox = defineStatement<{ event_id: string }>(
  'note-inbox',
  `insert into inbox (consumer, event_id) select $1, unnest($2::text[]) on conflict do nothing returning event_id`,
);

const keepLate = defineStatement(
  'keep-late-evidence',
  `update orders o set late_evidence_id = t.evidence_id::uuid
   from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as t (order_id, site_id, host_id, evidence_id)
   where o.order_id = t.order_id and o.site_id = t.site_id and o.host_id = t.host_id
     and o.closed_at is not null and o.late_evidence_id is null`,
);

const claimOverdue = defineStatement<OverdueOrder>(
  'claim-overdue-orders',
  `select order_id, site_id, host_id, status from orders
   where deadline_at <= $1::timestamptz order by deadline_at limit $2 for no key update skip locked`,
);

/** The ends of orders. */
export class ClosingRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /**
   * Lets each event have its effect once: the order that it names ends, or keeps the id of the evidence when it had
   * ended before. `consumer` is the name under which the events are noted.
   */
  closeByEvidence(
    consumer: string,
    notices: readonly EvidenceNotice[],
    at: Date,
    describe: DescribeClosed,
  ): Promise<Closing> {
    return runInTransaction(this.pool, async (client) => {
      const eventIds = [...new Set(notices.map((notice) => notice.eventId))].toSorted();
      const noted = await noteInbox.run(client, [consumer, textArray(eventIds)]);
      const fresh = new Set(noted.map((row) => row.event_id));
      const verdicts = new Map<string, Verdict>();
      for (const { eventId, verdict } of notices)
        if (verdict && fresh.has(eventId)) verdicts.set(verdict.evidence_id!, verdict);
      const firsts = new Map<string, Verdict>();
      for (const verdict of verdicts.values()) if (!firsts.has(verdict.order_id)) firsts.set(verdict.order_id, verdict);
      const closing = await closeOrders(client, [...firsts.values()], at, describe);
      const decisive = new Set(closing.closed.map((order) => order.evidence_id));
      const late = [...verdicts.values()].filter((verdict) => !decisive.has(verdict.evidence_id));
      if (late.length > 0) await keepLate.run(client, columnsOf(late));
      return closing;
    });
  }

  /** Ends orders whose deadline has passed; replicas take different ones. */
  closeOverdue(at: Date, atMost: number, describe: DescribeClosed): Promise<Closing> {
    return runInTransaction(this.pool, async (client) => {
      const overdue = await claimOverdue.run(client, [at, atMost]);
      return closeOrders(client, overdue.map(judgeOverdue), at, describe);
    });
  }
}

function columnsOf(verdicts: readonly Verdict[]): Buffer[] {
  const column = (read: (verdict: Verdict) => string | null) => textArray(verdicts.map(read));
  return [
    column((verdict) => verdict.order_id),
    column((verdict) => verdict.site_id),
    column((verdict) => verdict.host_id),
    column((verdict) => verdict.evidence_id),
  ];
}
