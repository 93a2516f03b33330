import type { EventData, EventName } from './event-catalog.ts';

/** Media type of the CloudEvents JSON batch format (CloudEvents 1.0, JSON format, section 4). */
export const batchMediaType = 'application/cloudevents-batch+json';

/**
 * One event of a batch: CloudEvents 1.0 in JSON. `id` is unique within `source`; an owner derives it from the thing
 * that happened (`issued:<order_id>`), so that saying it twice is saying it once.
 */
export interface EventEnvelope<Name extends EventName = EventName> {
  specversion: '1.0';
  id: string;
  /** `/` and the owner, e.g. `/gateway`. */
  source: string;
  type: Name;
  /** The site. */
  subject: string;
  /** RFC 3339, UTC. */
  time: string;
  datacontenttype: 'application/json';
  /** W3C Trace Context of the span that caused the event (CloudEvents distributed tracing extension). */
  traceparent?: string;
  /** Inbox of the gateway that waits for the outcome. A courtesy: losing it costs latency, never correctness. */
  replyto?: string;
  data: EventData<Name>;
}
