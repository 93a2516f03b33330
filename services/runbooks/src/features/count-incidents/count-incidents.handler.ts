import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { IncidentRepository } from '../../persistence/incident.repository.ts';

type Name = 'rpc.runbooks.stats.v1';
export type CountIncidents = (items: RequestOf<Name>[]) => Promise<ResponseOf<Name>[]>;

export function createCountIncidents(repository: Pick<IncidentRepository, 'count'>): CountIncidents {
  return (items) =>
    Promise.all(
      items.map(async ({ site_id }) => {
        const { byStatus, byTier } = await repository.count(site_id);
        return { incidents_24h: byStatus, resolution_tiers_7d: byTier };
      }),
    );
}
