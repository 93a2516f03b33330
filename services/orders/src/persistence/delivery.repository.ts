import type { Pool } from 'pg';
import type { EventNameOf } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import { joinBatch } from '@countersign/shared/messaging';
import {
  defineStatement,
  loadStatement,
  type OutboxRow,
  type Statement,
  textArray,
} from '@countersign/shared/persistence';
import type { StoredOrder } from '../domain/order-page.ts';
import type { OpenStatus, OrderStatus } from '../domain/order-states.ts';

/** Where a page begins: after this order. */
export interface PageStart {
  order_id: string;
  issued_at: string;
}

export interface OpenOrdersQuery {
  siteId: string;
  /** Null: every appliance of the site. */
  hostId: string | null;
  after: PageStart | null;
  limit: number;
  /** Of the credential that asks; null: any. */
  epoch: number | null;
}

export interface OpenOrder extends StoredOrder {
  status: OpenStatus;
  site_id: string;
  host_id: string;
  traceparent: string;
}

export interface OrderFate {
  order_id: string;
  site_id: string;
  host_id: string;
  status: OrderStatus;
  deadline_at: Date | null;
  acknowledged_at: Date | null;
  /** Of the appliance when the order was signed, and now. */
  appliance_epoch: number;
  current_epoch: number;
}

/** An order as somebody names it, who may be of another site than it. */
export interface OrderOfSite {
  orderId: string;
  siteId: string;
}

/** An order that changes, with what is said about it: the event as JSON. */
export interface Announced {
  orderId: string;
  event: string;
}

export interface Acknowledgement extends Announced {
  siteId: string;
  principalId: string;
}

/** Those that changed, and what has to be published. */
export interface Changes {
  changed: Set<string>;
  rows: OutboxRow[];
}

const find = loadStatement<OpenOrder & { question: number }>(import.meta.url, './find-open-orders.sql');
const deliver = loadStatement<{ order_id: string }>(import.meta.url, './deliver-orders.sql');
const acknowledge = loadStatement<{ order_id: string }>(import.meta.url, './acknowledge-orders.sql');

// As text: a Date would cut what the index orders by.
const findStarts = defineStatement<PageStart & { site_id: string }>(
  'find-page-starts',
  `select o.order_id, o.site_id, o.issued_at::text as issued_at
   from unnest($1::text[], $2::text[]) as t (order_id, site_id)
   join orders o on o.order_id = t.order_id and o.site_id = t.site_id`,
);

const findFates = defineStatement<OrderFate>(
  'find-order-fates',
  `select o.order_id, o.site_id, o.host_id, o.status, o.deadline_at, o.acknowledged_at, o.appliance_epoch,
     coalesce((select a.epoch from appliances a where a.site_id = o.site_id and a.host_id = o.host_id), 0) as current_epoch
   from unnest($1::text[], $2::text[]) as t (order_id, site_id)
   join orders o on o.order_id = t.order_id and o.site_id = t.site_id`,
);

const namesOf = (orders: readonly OrderOfSite[]) => [
  textArray(orders.map(({ orderId }) => orderId)),
  textArray(orders.map(({ siteId }) => siteId)),
];

const beginning: PageStart = { order_id: '', issued_at: '-infinity' };

/** Orders on their way to the appliance. */
export class DeliveryRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** For each query what may be fetched, oldest first; one more than the limit says that there is another page. */
  async findOpen(queries: readonly OpenOrdersQuery[], at: Date): Promise<OpenOrder[][]> {
    const found: OpenOrder[][] = queries.map(() => []);
    if (queries.length === 0) return found;
    const column = (read: (query: OpenOrdersQuery) => string | null) => textArray(queries.map(read));
    const rows = await find.run(this.pool, [
      column((query) => query.siteId),
      column((query) => query.hostId),
      column((query) => (query.after ?? beginning).issued_at),
      column((query) => (query.after ?? beginning).order_id),
      column((query) => String(query.limit)),
      column((query) => (query.epoch === null ? null : String(query.epoch))),
      at,
    ]);
    for (const { question, ...order } of rows) found[question - 1]!.push(order);
    return found;
  }

  /** Where the page after an order begins; undefined unless the order is the site's own. One query for all of `orders`. */
  async findStarts(orders: readonly OrderOfSite[]): Promise<(order: OrderOfSite) => PageStart | undefined> {
    if (orders.length === 0) return () => undefined;
    const rows = await findStarts.run(this.pool, namesOf(orders));
    // By both: two sites may name the same order at the same moment.
    const starts = new Map(rows.map((row) => [`${row.site_id}/${row.order_id}`, row]));
    return ({ siteId, orderId }) => starts.get(`${siteId}/${orderId}`);
  }

  /** Notes the first delivery of those that are pending. */
  async markDelivered(orders: readonly Announced[], at: Date): Promise<Changes> {
    const parameters = [textArray(orders.map((order) => order.event)), at];
    return this.change(deliver, 'orders.delivered.v1', orders, parameters);
  }

  /** Takes on those that are open, unexpired and of the site that asks. No order may stand there twice. */
  async acknowledge(orders: readonly Acknowledgement[], at: Date, deadline: Date): Promise<Changes> {
    const parameters = [
      textArray(orders.map((order) => order.siteId)),
      textArray(orders.map((order) => order.principalId)),
      textArray(orders.map((order) => order.event)),
      at,
      deadline,
    ];
    return this.change(acknowledge, 'orders.acknowledged.v1', orders, parameters);
  }

  /** What has become of these orders, by order id; an order that is not of the site that names it is not there. */
  async findFates(orders: readonly OrderOfSite[]): Promise<Map<string, OrderFate>> {
    if (orders.length === 0) return new Map();
    const rows = await findFates.run(this.pool, namesOf(orders));
    return new Map(rows.map((row) => [row.order_id, row]));
  }

  private async change(
    statement: Statement<{ order_id: string }>,
    subject: EventNameOf<'orders'>,
    orders: readonly Announced[],
    parameters: unknown[],
  ): Promise<Changes> {
    if (orders.length === 0) return { changed: new Set(), rows: [] };
    const id = newId();
    const ids = await statement.run(this.pool, [textArray(orders.map((order) => order.orderId)), ...parameters, id]);
    const changed = new Set(ids.map((row) => row.order_id));
    const events = orders.filter((order) => changed.has(order.orderId)).map((order) => order.event);
    return { changed, rows: events.length === 0 ? [] : [{ id, subject, payload: joinBatch(events) }] };
  }
}
