import type { PoolClient } from 'pg';
import { defineStatement, type OutboxRow, textArray } from '@countersign/shared/persistence';
import { judgeOverdue, judgeSuperseded } from '../domain/close-order.ts';
import type { Condition } from '../domain/condition.ts';
import type { OpenIncident } from '../domain/new-order.ts';
import { isOverdue, type OpenStatus } from '../domain/order-states.ts';
import { closeOrders, type DescribeClosed } from './close-orders.ts';
import { findAnswers, issueOrders } from './issue-orders.ts';
import { say } from './outbox-row.ts';

interface OpenOrder {
  order_id: string;
  status: OpenStatus;
  deadline_at: Date;
  appliance_epoch: number;
}

// Before the order: an enrolment locks the appliance first, and then its orders.
const lockEpoch = defineStatement<{ epoch: number }>(
  'lock-appliance-epoch',
  'select epoch from appliances where site_id = $1 and host_id = $2 for key share',
);

const lockOpen = defineStatement<OpenOrder>(
  'lock-open-order',
  `select order_id, status, deadline_at, appliance_epoch from orders
   where site_id = $1 and host_id = $2 and runbook_id = $3 and condition = $4 and closed_at is null
   for no key update`,
);

const join = defineStatement(
  'join-order',
  `with joined as (
     update orders set joined_incident_ids = joined_incident_ids || $2::text[]::uuid[] where order_id = $1 returning order_id
   )
   insert into order_incidents (incident_id, order_id)
   select incident_id::uuid, order_id from joined cross join unnest($2::text[]) incident_id order by incident_id`,
);

export interface Settling {
  condition: Condition;
  /** In the order in which they came; they all have this condition. */
  incidents: readonly OpenIncident[];
  at: Date;
  describeClosed: DescribeClosed;
}

export interface Settlement {
  /** Incident to order. */
  answers: Map<string, string>;
  rows: OutboxRow[];
  /** Of the appliance; undefined: nothing was left to settle. */
  epoch?: number;
}

/** Another replica was faster: what it did is visible to the next try. */
export class RaceLost extends Error {}

/**
 * The plain form, for one condition in the caller's transaction: who is answered already stays so; an open order is
 * joined; one that is past its deadline, or of an epoch before, is ended and followed by a fresh one; with none, the first incident gets an
 * order and the others join it.
 */
export async function settleCondition(client: PoolClient, settling: Settling): Promise<Settlement> {
  const { condition, incidents, at, describeClosed } = settling;
  const answers = await findAnswers(
    client,
    incidents.map((incident) => incident.incidentId),
  );
  const rows: OutboxRow[] = [];
  let waiting = incidents.filter((incident) => !answers.has(incident.incidentId));
  if (waiting.length === 0) return { answers, rows };

  const { site_id, host_id, runbook_id, condition: text } = condition;
  const epoch = (await lockEpoch.run(client, [site_id, host_id]))[0]?.epoch ?? 0;
  const [open] = await lockOpen.run(client, [site_id, host_id, runbook_id, text]);
  let orderId = open?.order_id;
  const isSuperseded = open !== undefined && open.appliance_epoch !== epoch;
  if (open === undefined || isSuperseded || isOverdue(open.deadline_at, at)) {
    if (open) {
      const judge = isSuperseded ? judgeSuperseded : judgeOverdue;
      const { rows: said } = await closeOrders(client, [judge({ ...open, site_id, host_id })], at, describeClosed);
      rows.push(...said);
    }
    const [first, ...others] = waiting;
    const { issued, rows: said } = await issueOrders(client, [first!.prepare(epoch)]);
    if (issued.size === 0) throw new RaceLost('another replica issued an order for the condition');
    rows.push(...said);
    orderId = issued.get(first!.incidentId)!;
    answers.set(first!.incidentId, orderId);
    waiting = others;
  }
  rows.push(...(await joinOrder(client, orderId!, waiting)));
  for (const { incidentId } of waiting) answers.set(incidentId, orderId!);
  return { answers, rows, epoch };
}

async function joinOrder(
  client: PoolClient,
  orderId: string,
  incidents: readonly OpenIncident[],
): Promise<OutboxRow[]> {
  if (incidents.length === 0) return [];
  await join.run(client, [orderId, textArray(incidents.map((incident) => incident.incidentId))]);
  return say(
    client,
    'orders.joined.v1',
    incidents.map((incident) => incident.describeJoin(orderId)),
  );
}
