import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { EvidenceRepository } from '../../persistence/evidence.repository.ts';

type Name = 'rpc.evidence.stats.v1';
export type CountEvidence = (items: RequestOf<Name>[]) => Promise<ResponseOf<Name>[]>;

/** Bundles of the last 24 hours by state; a state that did not occur is left out. */
export function createCountEvidence(repository: Pick<EvidenceRepository, 'count'>): CountEvidence {
  return (items) =>
    Promise.all(
      items.map(async ({ site_id }) => {
        const { recorded, sealed, refused } = await repository.count(site_id);
        const states = { accepted: recorded - sealed, sealed, refused };
        return { evidence_24h: Object.fromEntries(Object.entries(states).filter(([, count]) => count > 0)) };
      }),
    );
}
