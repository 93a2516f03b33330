import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { BundleEntity } from '../../persistence/bundle.entity.ts';
import type { EvidenceRepository } from '../../persistence/evidence.repository.ts';

type Name = 'rpc.evidence.list.v1';
type Page = ResponseOf<Name>;
export type ListEvidence = (items: RequestOf<Name>[]) => Promise<Page[]>;

export function createListEvidence(repository: Pick<EvidenceRepository, 'list'>): ListEvidence {
  return (items) =>
    Promise.all(
      items.map(async ({ site_id, limit, offset }) => {
        const bundles = await repository.list(site_id, limit, offset);
        return { site_id, evidence: bundles.map(describe), count: bundles.length };
      }),
    );
}

function describe(bundle: BundleEntity): Page['evidence'][number] {
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
    state: bundle.seal ? 'sealed' : 'accepted',
    s3_uri: bundle.seal?.uri ?? null,
    accepted_at: bundle.recordedAt.toISOString(),
    stored_at: null,
    ledgered_at: null,
    sealed_at: bundle.seal?.sealedAt.toISOString() ?? null,
    link_hash: bundle.linkHash,
    signature: bundle.signature === null ? null : `${bundle.signature.slice(0, 32)}...`,
  };
}
