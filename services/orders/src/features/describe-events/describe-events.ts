import type { EventData, RunbookSelected, SignedOrder } from '@countersign/shared/contracts';
import type { CheckIn } from '../../domain/check-in.ts';
import type { ClosedOrder } from '../../persistence/close-orders.ts';
import type { OpenOrder } from '../../persistence/delivery.repository.ts';
import { eventText } from './event-text.ts';

/**
 * What this service says, as finished JSON. Ids are derived from the thing that happened: saying it twice is saying
 * it once.
 */
export function describeIssued(order: SignedOrder, traceparent: string): string {
  const { signed_payload: _, ...data } = order;
  return eventText('orders.issued.v1', {
    id: `issued:${order.order_id}`,
    time: order.issued_at,
    traceparent,
    data: { ...data, host_id: order.target_appliance_id },
  });
}

export function describeJoined(selected: RunbookSelected, orderId: string, at: Date, traceparent: string): string {
  const { incident_id, site_id, host_id } = selected;
  const joined_at = at.toISOString();
  return eventText('orders.joined.v1', {
    id: `joined:${incident_id}`,
    time: joined_at,
    traceparent,
    data: { order_id: orderId, site_id, host_id, incident_id, joined_at },
  });
}

export function describeDelivered({ order_id, site_id, host_id, traceparent }: OpenOrder, at: Date): string {
  const delivered_at = at.toISOString();
  return eventText('orders.delivered.v1', {
    id: `delivered:${order_id}`,
    time: delivered_at,
    traceparent,
    data: { order_id, site_id, host_id, delivered_at },
  });
}

export function describeAcknowledged(
  data: EventData<'orders.acknowledged.v1'>,
  traceparent: string | undefined,
): string {
  const { order_id, acknowledged_at } = data;
  return eventText('orders.acknowledged.v1', {
    id: `acknowledged:${order_id}`,
    time: acknowledged_at,
    traceparent,
    data,
  });
}

export function describeClosed(order: ClosedOrder, at: Date): string {
  const { traceparent, ...facts } = order;
  const closed_at = at.toISOString();
  return eventText('orders.closed.v1', {
    id: `closed:${order.order_id}`,
    time: closed_at,
    traceparent,
    data: { ...facts, status: facts.status, closed_at },
  });
}

export function describeRegistered({ site_id, host_id, public_key, traceparent }: CheckIn, at: Date): string {
  const registered_at = at.toISOString();
  return eventText('orders.appliance-registered.v1', {
    // With the time: a key that comes back after another one is news again.
    id: `registered:${site_id}/${host_id}/${public_key ?? '-'}@${registered_at}`,
    time: registered_at,
    traceparent,
    data: { site_id, host_id, public_key: public_key ?? null, registered_at },
  });
}
