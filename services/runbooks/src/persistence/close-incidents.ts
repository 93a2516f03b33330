import type { Pool } from 'pg';
import type { IncidentEscalated, IncidentResolved, OrderClosed } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import { envelopeOf, joinBatch } from '@countersign/shared/messaging';
import { defineStatement, type OutboxRow, runInTransaction, textArray } from '@countersign/shared/persistence';

/** An order that ended, as an event. */
export interface ClosedOrder {
  eventId: string;
  traceparent: string | undefined;
  order: OrderClosed;
}

interface ClosedIncident extends Record<string, unknown> {
  event_id: string;
  incident_id: string;
  site_id: string;
  host_id: string;
  incident_type: string;
  check_type: string | null;
  severity: string;
  status: 'resolved' | 'escalated';
  closed_at: Date;
}

export const closeConsumer = 'runbooks-close-incident';

const noteHandled = defineStatement<{ event_id: string }>(
  'note-closed-orders',
  `insert into inbox (consumer, event_id) select '${closeConsumer}', unnest($1::text[])
   on conflict do nothing returning event_id`,
);

const closeIncidents = defineStatement<ClosedIncident>(
  'close-incidents',
  `update incidents i
   set status = case when t.completed = 'true' then 'resolved' else 'escalated' end, order_id = t.order_id, closed_at = now()
   from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as t (event_id, incident_id, order_id, completed)
   where i.incident_id = t.incident_id::uuid and i.status = 'resolving'
   returning t.event_id, i.incident_id, i.site_id, i.host_id, i.incident_type, i.check_type, i.severity, i.status, i.closed_at`,
);

const insertOutbox = defineStatement('close-outbox', 'insert into outbox (id, subject, payload) values ($1, $2, $3)');

/**
 * Ends the incidents of orders that ended: resolved when the order was completed, else handed to a person. Returns
 * what has to be published.
 */
export function closeIncidentsOf(pool: Pool, closed: readonly ClosedOrder[]): Promise<OutboxRow[]> {
  return runInTransaction(pool, async (client) => {
    const fresh = new Set(
      (await noteHandled.run(client, [textArray(closed.map((one) => one.eventId))])).map((row) => row.event_id),
    );
    const byEvent = new Map(closed.filter((one) => fresh.has(one.eventId)).map((one) => [one.eventId, one]));
    const targets = [...byEvent.values()].flatMap((one) => one.order.incident_ids.map((id) => ({ one, id })));
    if (targets.length === 0) return [];
    const rows = await closeIncidents.run(client, [
      textArray(targets.map(({ one }) => one.eventId)),
      textArray(targets.map(({ id }) => id)),
      textArray(targets.map(({ one }) => one.order.order_id)),
      textArray(targets.map(({ one }) => String(one.order.status === 'completed'))),
    ]);
    const outbox = eventsOf(rows, byEvent);
    for (const row of outbox) await insertOutbox.run(client, [row.id, row.subject, row.payload]);
    return outbox;
  });
}

function eventsOf(rows: ClosedIncident[], byEvent: Map<string, ClosedOrder>): OutboxRow[] {
  const texts = { 'runbooks.resolved.v1': [] as string[], 'runbooks.escalated.v1': [] as string[] };
  for (const row of rows) {
    const { order, traceparent } = byEvent.get(row.event_id)!;
    const at = row.closed_at.toISOString();
    const common = { owner: 'runbooks', subject: row.site_id, time: at, traceparent };
    const { incident_id, site_id, host_id, incident_type, check_type, severity } = row;
    if (row.status === 'resolved') {
      const data: IncidentResolved = { incident_id, site_id, host_id, order_id: order.order_id, resolved_at: at };
      const event = envelopeOf('runbooks.resolved.v1', { ...common, id: `resolved:${incident_id}`, data });
      texts['runbooks.resolved.v1'].push(JSON.stringify(event));
    } else {
      const reason = `its order ${order.order_id} is ${order.status}: ${order.reason}`;
      const data: IncidentEscalated = {
        incident_id,
        site_id,
        host_id,
        incident_type,
        check_type,
        severity,
        order_id: order.order_id,
        reason,
        escalated_at: at,
      };
      const event = envelopeOf('runbooks.escalated.v1', { ...common, id: `escalated:${incident_id}`, data });
      texts['runbooks.escalated.v1'].push(JSON.stringify(event));
    }
  }
  return Object.entries(texts)
    .filter(([, events]) => events.length > 0)
    .map(([subject, events]) => ({ id: newId(), subject, payload: joinBatch(events) }));
}
