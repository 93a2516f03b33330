import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import { durablesFor } from '../../domain/durables.ts';
import type { LedgerRepository } from '../../persistence/ledger.repository.ts';

type Name = 'rpc.evidence.missing-effects.v1';
export type FindMissingEffects = (items: RequestOf<Name>[]) => Promise<ResponseOf<Name>[]>;

/** Which events have no place in the ledger yet or, of submitted bundles, were not decided. */
export function createFindMissingEffects(repository: Pick<LedgerRepository, 'findMissing'>): FindMissingEffects {
  return (items) =>
    Promise.all(
      items.map(async ({ type, event_ids }) => {
        const durables = durablesFor(type);
        if (durables === undefined) return { missing: [] };
        const { source, audit, record } = durables;
        const expected = { eventIds: event_ids, source, auditConsumer: audit, inboxConsumer: record };
        return { missing: await repository.findMissing(expected) };
      }),
    );
}
