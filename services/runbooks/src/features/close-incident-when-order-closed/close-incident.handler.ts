import { type EventEnvelope, orderClosed } from '@countersign/shared/contracts';
import type { Messaging } from '@countersign/shared/messaging';
import type { Pool } from '@countersign/shared/persistence';
import { closeIncidentsOf } from '../../persistence/close-incidents.ts';

export type CloseIncidents = (events: EventEnvelope[]) => Promise<void>;

export function createCloseIncidents(pool: Pool, messaging: Pick<Messaging, 'publish'>): CloseIncidents {
  return async (events) => {
    const closed = events.map((event) => ({
      eventId: event.id,
      traceparent: event.traceparent,
      order: orderClosed.parse(event.data),
    }));
    messaging.publish(await closeIncidentsOf(pool, closed));
  };
}
