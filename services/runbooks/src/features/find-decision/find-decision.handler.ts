import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { IncidentRepository } from '../../persistence/incident.repository.ts';

type Name = 'rpc.runbooks.find-decision.v1';
export type FindDecisions = (items: RequestOf<Name>[]) => Promise<ResponseOf<Name>[]>;

export function createFindDecisions(repository: Pick<IncidentRepository, 'findDecisions'>): FindDecisions {
  return async (items) => {
    const decisions = await repository.findDecisions(items.map((item) => item.incident_id));
    const byIncident = new Map(decisions.map((decision) => [decision.incidentId, decision]));
    return items.map(({ incident_id }) => {
      const decision = byIncident.get(incident_id);
      return { tier: decision?.tier ?? null, runbook_id: decision?.runbookId ?? null };
    });
  };
}
