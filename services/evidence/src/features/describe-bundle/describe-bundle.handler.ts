import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { RequestResult } from '@countersign/shared/messaging';
import { evidenceStateOf } from '../../domain/evidence-state.ts';
import { evidenceNotFound } from '../../domain/retention-errors.ts';
import type { BundleEntity } from '../../persistence/bundle.entity.ts';
import type { EvidenceRepository } from '../../persistence/evidence.repository.ts';
import type { BundleProgress } from '../../persistence/progress.repository.ts';

type Name = 'rpc.evidence.describe.v1';
type Answer = ResponseOf<Name>;
export type DescribeBundle = (items: RequestOf<Name>[]) => Promise<RequestResult<Answer>[]>;

/** What there is to say of a bundle as of now. */
export function createDescribeBundle(evidence: Pick<EvidenceRepository, 'find'>): DescribeBundle {
  return (items) =>
    Promise.all(
      items.map(async ({ site_id, bundle_id, bound_site }) => {
        const found = await evidence.find(site_id, bundle_id, bound_site);
        return found === undefined ? evidenceNotFound() : describe(found.bundle, found.progress);
      }),
    );
}

function describe(bundle: BundleEntity, progress: BundleProgress): Answer {
  return {
    evidence_id: bundle.evidenceId,
    bundle_id: bundle.bundleId,
    site_id: bundle.siteId,
    host_id: bundle.hostId,
    order_id: bundle.orderId,
    check_type: bundle.checkType,
    outcome: bundle.outcome,
    position: bundle.position,
    digest: bundle.digest,
    previous_link_hash: bundle.previousLinkHash,
    link_hash: bundle.linkHash,
    signature: bundle.signature,
    public_key: bundle.publicKey,
    state: evidenceStateOf(progress),
    accepted_at: bundle.recordedAt.toISOString(),
    stored_at: progress.stored_at?.toISOString() ?? null,
    sealed_at: progress.sealed_at?.toISOString() ?? null,
    ledgered_at: progress.ledgered_at?.toISOString() ?? null,
    leaf_index: progress.leaf_index,
    uri: progress.uri,
    version_id: progress.version_id,
    retain_until: progress.retain_until?.toISOString() ?? null,
    legal_hold: progress.legal_hold,
  };
}
