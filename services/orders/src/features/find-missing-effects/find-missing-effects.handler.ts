import { type RequestOf, type ResponseOf, uuid } from '@countersign/shared/contracts';
import { durables } from '../../domain/durables.ts';
import type { EffectRepository } from '../../persistence/effect.repository.ts';

type Name = 'rpc.orders.missing-effects.v1';
export type FindMissingEffects = (questions: RequestOf<Name>[]) => Promise<ResponseOf<Name>[]>;

const selectedPrefix = 'selected:';

/** Which events have had no effect here; an unknown type has none to have. */
export function createFindMissingEffects(repository: EffectRepository): FindMissingEffects {
  async function findMissing(type: string, ids: string[]): Promise<string[]> {
    if (type === 'evidence.recorded.v1') return repository.findMissing(durables.closeOrder, ids);
    if (type === 'runbooks.selected.v1') return repository.findUnanswered(durables.issueOrder, ids.flatMap(incidentOf));
    return [];
  }

  return (questions) =>
    Promise.all(questions.map(async ({ type, event_ids }) => ({ missing: await findMissing(type, event_ids) })));
}

/** An id of another shape was never one of these events. */
function incidentOf(id: string): { id: string; incidentId: string }[] {
  const incidentId = id.slice(selectedPrefix.length);
  return id.startsWith(selectedPrefix) && uuid.safeParse(incidentId).success ? [{ id, incidentId }] : [];
}
