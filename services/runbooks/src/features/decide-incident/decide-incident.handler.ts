import {
  type EventEnvelope,
  type IncidentEscalated,
  type IncidentReported,
  incidentReported,
  type RunbookSelected,
} from '@countersign/shared/contracts';
import { envelopeOf, type Messaging } from '@countersign/shared/messaging';
import { type Catalogue, decide, type Decision } from '../../domain/index.ts';
import type { DecidedIncident, IncidentRepository } from '../../persistence/incident.repository.ts';

export interface DecideIncidentOptions {
  catalogue: Catalogue;
  repository: Pick<IncidentRepository, 'recordDecisions'>;
  messaging: Pick<Messaging, 'publish' | 'reply'>;
}

export type DecideIncidents = (events: EventEnvelope[]) => Promise<void>;

/** Decides for each incident which runbook answers it, records both, and says so: to orders, or to whom waits. */
export function createDecideIncidents({ catalogue, repository, messaging }: DecideIncidentOptions): DecideIncidents {
  return async (events) => {
    const rows = events.map((event): DecidedIncident => {
      const incident = incidentReported.parse(event.data);
      const decision = decide(incident, catalogue);
      return { incident, decision, event: JSON.stringify(announce(event, incident, decision)) };
    });
    const { said, recorded } = await repository.recordDecisions(rows);
    messaging.publish(said);
    messaging.reply(
      rows.flatMap(({ incident, decision }, index) =>
        decision.tier === 'L3' && recorded.has(incident.incident_id)
          ? [
              {
                replyto: events[index]!.replyto,
                reply: { id: incident.incident_id, tier: 'L3', runbook_id: null, order_id: null },
              },
            ]
          : [],
      ),
    );
  };
}

function announce(cause: EventEnvelope, incident: IncidentReported, decision: Decision): EventEnvelope {
  const now = new Date().toISOString();
  const { incident_id, site_id, host_id, incident_type, check_type, severity } = incident;
  const subject = { incident_id, site_id, host_id, incident_type, check_type };
  const common = { owner: 'runbooks', subject: site_id, time: now, traceparent: cause.traceparent };
  if (decision.tier === 'L3') {
    const data: IncidentEscalated = {
      ...subject,
      severity,
      order_id: null,
      reason: decision.reason,
      escalated_at: now,
    };
    return envelopeOf('runbooks.escalated.v1', { ...common, id: `escalated:${incident_id}`, data });
  }
  const data: RunbookSelected = { ...subject, ...decision, decided_at: now };
  return envelopeOf('runbooks.selected.v1', { ...common, id: `selected:${incident_id}`, replyto: cause.replyto, data });
}
