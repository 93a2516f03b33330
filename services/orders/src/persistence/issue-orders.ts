import type { Pool, PoolClient } from 'pg';
import { newId } from '@countersign/shared/kernel';
import { joinBatch } from '@countersign/shared/messaging';
import { defineStatement, loadStatement, type OutboxRow, textArray } from '@countersign/shared/persistence';
import type { NewOrder } from '../domain/new-order.ts';

const issue = loadStatement<{ order_id: string }>(import.meta.url, './issue-orders.sql');

const find = defineStatement<{ incident_id: string; order_id: string }>(
  'find-orders-of-incidents',
  'select incident_id::text, order_id from order_incidents where incident_id = any($1::text[]::uuid[])',
);

// One look for each, by two primary keys, whether there is no such incident or it is another site's.
const findOfSite = defineStatement<{ order_id: string | null }>(
  'find-orders-of-site-incidents',
  `select (select o.order_id from order_incidents i join orders o on o.order_id = i.order_id
           where i.incident_id = t.incident_id::uuid and o.site_id = t.site_id) as order_id
   from unnest($1::text[], $2::text[]) with ordinality as t (site_id, incident_id, ord) order by t.ord`,
);

export interface IncidentOfSite {
  siteId: string;
  incidentId: string;
}

export interface Issuing {
  /** Incident to order, for those that were issued now. */
  issued: Map<string, string>;
  rows: OutboxRow[];
}

/** Issues those whose condition is free and whose epoch is that of their appliance. All share moment, time to live and key; no condition may stand there twice. */
export async function issueOrders(on: Pool | PoolClient, orders: readonly NewOrder[]): Promise<Issuing> {
  const [any] = orders;
  if (any === undefined) return { issued: new Map(), rows: [] };
  const column = (read: (order: NewOrder) => string) => textArray(orders.map(read));
  const outboxId = newId();
  const rows = await issue.run(on, [
    column(({ order }) => order.order_id),
    column(({ order }) => order.incident_id),
    column(({ condition }) => condition.site_id),
    column(({ condition }) => condition.host_id),
    column(({ condition }) => condition.runbook_id),
    column(({ condition }) => condition.condition),
    column(({ order }) => order.signed_payload),
    column(({ order }) => order.signature),
    column(({ traceparent }) => traceparent),
    column(({ event }) => event),
    column(({ order }) => String(order.appliance_epoch ?? 0)),
    any.order.issued_at,
    any.order.expires_at,
    any.order.key_id,
    outboxId,
  ]);
  const ids = new Set(rows.map((row) => row.order_id));
  const issued = orders.filter(({ order }) => ids.has(order.order_id));
  const payload = joinBatch(issued.map(({ event }) => event));
  return {
    issued: new Map(issued.map(({ order }) => [order.incident_id, order.order_id])),
    rows: issued.length === 0 ? [] : [{ id: outboxId, subject: 'orders.issued.v1', payload }],
  };
}

/** Incident to order, for those that have one. */
export async function findAnswers(on: Pool | PoolClient, incidentIds: readonly string[]): Promise<Map<string, string>> {
  if (incidentIds.length === 0) return new Map();
  const rows = await find.run(on, [textArray(incidentIds)]);
  return new Map(rows.map((row) => [row.incident_id, row.order_id]));
}

/** For each the order that answers it, null where the site has no such incident, or no order for it. */
export async function findAnswersOf(on: Pool, incidents: readonly IncidentOfSite[]): Promise<(string | null)[]> {
  if (incidents.length === 0) return [];
  const sites = textArray(incidents.map(({ siteId }) => siteId));
  const ids = textArray(incidents.map(({ incidentId }) => incidentId));
  return (await findOfSite.run(on, [sites, ids])).map((row) => row.order_id);
}
