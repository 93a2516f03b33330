import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import { evidenceStateOf } from '../../domain/evidence-state.ts';
import type { BundleEntity } from '../../persistence/bundle.entity.ts';
import type { EvidenceRepository } from '../../persistence/evidence.repository.ts';
import type { BundleProgress } from '../../persistence/progress.repository.ts';

type Name = 'rpc.evidence.list.v1';
type Page = ResponseOf<Name>;
export type ListEvidence = (items: RequestOf<Name>[]) => Promise<Page[]>;

export function createListEvidence(evidence: Pick<EvidenceRepository, 'list'>): ListEvidence {
  return (items) =>
    Promise.all(
      items.map(async ({ site_id, bound_site, limit, offset }) => {
        const found = await evidence.list(site_id, { limit, offset }, bound_site);
        const page = found.map(({ bundle, progress }) => describe(bundle, progress));
        return { site_id, evidence: page, count: page.length };
      }),
    );
}

function describe(bundle: BundleEntity, progress: BundleProgress): Page['evidence'][number] {
  return {
    bundle_id: bundle.bundleId,
    evidence_id: bundle.evidenceId,
    position: bundle.position,
    check_type: bundle.checkType,
    outcome: bundle.outcome,
    timestamp_start: bundle.timestampStart,
    timestamp_end: bundle.timestampEnd,
    hipaa_controls: bundle.hipaaControls,
    order_id: bundle.orderId,
    state: evidenceStateOf(progress),
    s3_uri: progress.uri,
    accepted_at: bundle.recordedAt.toISOString(),
    stored_at: progress.stored_at?.toISOString() ?? null,
    sealed_at: progress.sealed_at?.toISOString() ?? null,
    ledgered_at: progress.ledgered_at?.toISOString() ?? null,
    link_hash: bundle.linkHash,
    signature: bundle.signature === null ? null : `${bundle.signature.slice(0, 32)}...`,
  };
}
