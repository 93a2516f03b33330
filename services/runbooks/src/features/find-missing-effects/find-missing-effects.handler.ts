import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { IncidentRepository } from '../../persistence/incident.repository.ts';

type Name = 'rpc.runbooks.missing-effects.v1';
export type FindMissingEffects = (items: RequestOf<Name>[]) => Promise<ResponseOf<Name>[]>;

/** Which events have had no effect here; an unknown type has none to have. */
export function createFindMissingEffects(
  repository: Pick<IncidentRepository, 'findMissing' | 'findUnhandled'>,
  closeConsumer: string,
): FindMissingEffects {
  async function missing(type: string, ids: string[]): Promise<string[]> {
    if (type === 'gateway.incident-reported.v1') return repository.findMissing(ids);
    if (type === 'orders.closed.v1') return repository.findUnhandled(closeConsumer, ids);
    return [];
  }
  return (items) => Promise.all(items.map(async (item) => ({ missing: await missing(item.type, item.event_ids) })));
}
