import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { EvidenceRepository } from '../../persistence/evidence.repository.ts';
import type { ScrubRepository } from '../../persistence/scrub.repository.ts';

type Name = 'rpc.evidence.stats.v1';
export type CountEvidence = (items: RequestOf<Name>[]) => Promise<ResponseOf<Name>[]>;

export interface CountEvidenceOptions {
  evidence: Pick<EvidenceRepository, 'count'>;
  scrub: Pick<ScrubRepository, 'countOpen' | 'lastEnd'>;
}

/** Bundles of the last 24 hours by state (one that did not occur is left out), and what the scrubber found. */
export function createCountEvidence({ evidence, scrub }: CountEvidenceOptions): CountEvidence {
  return (items) =>
    Promise.all(
      items.map(async ({ site_id }) => {
        const [{ recorded, sealed, refused }, open_faults, walkedAt] = await Promise.all([
          evidence.count(site_id),
          scrub.countOpen(site_id),
          scrub.lastEnd(),
        ]);
        const states = { accepted: recorded - sealed, sealed, refused };
        return {
          evidence_24h: Object.fromEntries(Object.entries(states).filter(([, count]) => count > 0)),
          integrity: { open_faults, walked_at: walkedAt?.toISOString() ?? null },
        };
      }),
    );
}
