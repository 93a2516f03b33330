import { createHash } from 'node:crypto';
import { envelopeOf, joinBatch, type Messaging } from '@countersign/shared/messaging';

export const site = 'bench-ledger';
const eventsAtOnce = 250;

/** The order that the leaf number `n` of the feed is about. */
export const orderIdOf = (n: number): string => createHash('sha256').update(`order ${n}`).digest('hex').slice(0, 16);

/**
 * Says events as the orders service would, `from` to `to`: an issued order each, about 1.2 KB, the commonest kind of
 * leaf. They go the way of every event, over the broker to the evidence service.
 */
export async function feedOrders(messaging: Messaging, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += eventsAtOnce) {
    const batch = Array.from({ length: Math.min(eventsAtOnce, to - at) }, (_, offset) => issued(at + offset));
    await messaging.broker.jetstream.publish('orders.issued.v1', joinBatch(batch), { msgID: `bench-${at}` });
  }
}

function issued(n: number): string {
  const order_id = orderIdOf(n);
  const hash = (what: string, length: number) =>
    createHash('sha512').update(`${what} ${n}`).digest('hex').slice(0, length);
  const uuid = hash('incident', 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const issued_at = new Date(Date.now()).toISOString();
  const data = {
    order_id,
    order_type: 'healing' as const,
    runbook_id: 'RB-SERVICE-RESTART',
    runbook_version: '1.0.0',
    runbook_digest: hash('runbook', 64),
    parameters: { service_name: 'backup-agent', grace_seconds: 30 },
    site_id: site,
    target_appliance_id: `box-${n % 500}`,
    incident_id: uuid,
    nonce: hash('nonce', 32),
    issued_at,
    expires_at: new Date(Date.now() + 900_000).toISOString(),
    ttl_seconds: 900,
    trace_id: hash('trace', 32),
    host_id: `box-${n % 500}`,
    key_id: hash('key', 16),
    signature: hash('signature', 128),
  };
  const traceparent = `00-${data.trace_id}-${hash('span', 16)}-00`;
  const source = { owner: 'orders' as const, id: `issued:${order_id}`, subject: site, time: issued_at, traceparent };
  return JSON.stringify(envelopeOf('orders.issued.v1', { ...source, data }));
}
