import type { EventEnvelope } from '../contracts/index.ts';
import { attributes as names, isSampled, type Span, startSpan } from '../telemetry/index.ts';

/**
 * One span for the batch, linked to the traces of its events, and one span per sampled event in the trace of that
 * event, so that an incident is one trace through every service. Each event's `traceparent` becomes that of its span:
 * what a handler says next continues there. For unsampled traces nothing is made.
 */
export async function traceBatch(consumer: string, events: EventEnvelope[], work: () => Promise<void>): Promise<void> {
  const sampled = events.filter((event) => event.traceparent !== undefined && isSampled(event.traceparent));
  if (sampled.length === 0) return work();
  const links = sampled.map((event) => event.traceparent!);
  const batch = startSpan(`batch ${consumer}`, {
    kind: 'consumer',
    links,
    attributes: {
      [names.messagingSystem]: 'nats',
      [names.consumer]: consumer,
      [names.messagingBatchSize]: events.length,
    },
  });
  const spans = sampled.map((event) => traceEvent(consumer, event, batch));
  try {
    await work();
  } catch (error) {
    for (const span of [batch, ...spans]) span.fail(error);
    throw error;
  } finally {
    for (const span of [...spans, batch]) span.end();
  }
}

function traceEvent(consumer: string, event: EventEnvelope, batch: Span): Span {
  const span = startSpan(`process ${event.type}`, {
    kind: 'consumer',
    parent: event.traceparent,
    links: [batch.traceparent],
    attributes: { [names.consumer]: consumer, [names.eventId]: event.id, [names.siteId]: event.subject },
  });
  event.traceparent = span.traceparent;
  return span;
}
