import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { IncidentRepository } from '../../persistence/incident.repository.ts';

type Name = 'rpc.runbooks.find-decision.v1';
export type FindDecisions = (items: RequestOf<Name>[]) => Promise<ResponseOf<Name>[]>;

/** Decisions about incidents of the site that is named; of another site's there is none. */
export function createFindDecisions(repository: Pick<IncidentRepository, 'findDecisions'>): FindDecisions {
  return (items) =>
    repository.findDecisions(items.map(({ site_id, incident_id }) => ({ siteId: site_id, incidentId: incident_id })));
}
