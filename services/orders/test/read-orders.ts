import type { EventEnvelope } from '@countersign/shared/contracts';
import { eventsAbout, type Orders } from './start-orders.ts';

export interface OrderRow {
  order_id: string;
  incident_id: string;
  joined_incident_ids: string[];
  status: string;
  signed_payload: string;
  signature: string;
}

/** The orders of a site, oldest first. */
export async function readOrders({ pool }: Orders, siteId: string): Promise<OrderRow[]> {
  const sql =
    'select *, joined_incident_ids::text[] as joined_incident_ids from orders where site_id = $1 order by issued_at, order_id';
  return (await pool.query<OrderRow>(sql, [siteId])).rows;
}

/** The order that answers the incident of each event. */
async function readAnswers(
  orders: Orders,
  events: EventEnvelope<'runbooks.selected.v1'>[],
): Promise<(string | null)[]> {
  const found = await orders.findOrders(events.map(({ data: { site_id, incident_id } }) => ({ site_id, incident_id })));
  return found.map((answer) => answer.order_id);
}

/** What was said about a site: type and id of each event. */
async function readTypes({ pool }: Orders, siteId: string): Promise<string[]> {
  return (await eventsAbout(pool, siteId)).map((event) => `${event.type} ${event.id}`);
}

/** The same about the orders that a spec has started by the time it asks. */
export const readsOf = (orders: () => Orders) => ({
  ordersOf: (siteId: string) => readOrders(orders(), siteId),
  answersOf: (events: EventEnvelope<'runbooks.selected.v1'>[]) => readAnswers(orders(), events),
  typesAbout: (siteId: string) => readTypes(orders(), siteId),
});
