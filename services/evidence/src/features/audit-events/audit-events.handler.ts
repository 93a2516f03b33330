import type { EventEnvelope } from '@countersign/shared/contracts';
import { traceIdOf } from '@countersign/shared/telemetry';
import type { AuditRecord, AuditRepository } from '../../persistence/audit.repository.ts';

export type AuditEvents = (events: EventEnvelope[]) => Promise<void>;

/** Adds every event to the trail, as it was said. */
export function createAuditEvents(repository: Pick<AuditRepository, 'append'>): AuditEvents {
  return (events) => repository.append(events.map(recordOf));
}

function recordOf(event: EventEnvelope): AuditRecord {
  return {
    eventId: event.id,
    source: event.source,
    type: event.type,
    siteId: event.subject,
    time: event.time,
    traceId: event.traceparent ? traceIdOf(event.traceparent) : null,
    data: JSON.stringify(event.type === 'gateway.evidence-submitted.v1' ? withoutDocument(event.data) : event.data),
  };
}

/** The text of a bundle is kept once, with the bundle; its digest stays in the trail. */
function withoutDocument(data: object): object {
  return { ...data, document: undefined };
}
