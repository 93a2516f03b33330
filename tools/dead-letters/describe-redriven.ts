import type { EventEnvelope, ServiceName } from '@countersign/shared/contracts';
import { envelopeOf } from '@countersign/shared/messaging';

export interface Redrive {
  dead_letter_id: string;
  /** The durable consumer that had given up. */
  consumer: string;
  event: EventEnvelope;
  /** RFC 3339, UTC; with the dead letter it names this redrive. */
  at: string;
}

/** What the service that had given up says of a redrive; it belongs to the site and the trace of the event. */
export function describeRedriven(
  service: ServiceName,
  { dead_letter_id, consumer, event, at }: Redrive,
): EventEnvelope<`${ServiceName}.dead-letter-redriven.v1`> {
  return envelopeOf(`${service}.dead-letter-redriven.v1`, {
    owner: service,
    id: `redriven:${dead_letter_id}:${at}`,
    subject: event.subject,
    time: at,
    traceparent: event.traceparent,
    data: { dead_letter_id, consumer, event_id: event.id, event_type: event.type, redriven_at: at },
  });
}
