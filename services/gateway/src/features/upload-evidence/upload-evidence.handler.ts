import { identifier, type UploadedBundle, uploadedBundle, type UploadResponse } from '@countersign/shared/contracts';
import { parseStrictJson } from '@countersign/shared/json';
import { AppError } from '@countersign/shared/kernel';
import { readUpload } from '../../domain/read-upload.ts';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { refuseOtherHost } from '../verify-principal/admit-appliance.ts';
import type { SubmitBundle } from '../submit-evidence/submit-bundle.ts';

export interface UploadedFiles {
  bundle: Uint8Array | undefined;
  signature: Uint8Array | undefined;
}

export type UploadEvidence = (files: UploadedFiles, facts: RequestFacts) => Promise<UploadResponse>;

/** Takes a bundle as a file. The signature covers the file as it is; nothing is rebuilt. */
export function createUploadEvidence(submit: SubmitBundle, retentionDays: number): UploadEvidence {
  return async (files, facts) => {
    const upload = readUpload({
      ...files,
      bundleHash: facts.header('x-bundle-hash'),
      signatureHash: facts.header('x-signature-hash'),
    });
    if (!upload.ok) throw upload.refusal;
    const { bundle: bytes, digest, signature } = upload.value;
    const bundle = uploadedBundle.parse(parseStrictJson(bytes, { keepsText: true }));
    refuseDifferentNames(bundle, facts);
    refuseOtherHost(facts.principal, bundle.host_id);
    const submission = await submit(
      {
        bundle_id: bundle.bundle_id,
        site_id: bundle.site_id,
        host_id: bundle.host_id,
        order_id: bundle.order_id ?? null,
        check_type: bundle.check_type ?? bundle.check ?? 'unknown',
        outcome: bundle.outcome,
        hipaa_controls: bundle.hipaa_controls ?? [],
        timestamp_start: bundle.timestamp_start,
        timestamp_end: bundle.timestamp_end,
        document: Buffer.from(bytes).toString('utf8'),
        digest,
        signature,
        channel: 'upload',
      },
      facts,
    );
    return {
      status: submission.uri === null ? 'received' : 'uploaded',
      bundle_id: bundle.bundle_id,
      bundle_uri: submission.uri,
      signature_uri: submission.uri !== null && signature !== null ? `${submission.uri}#/signature` : null,
      retention_until: submission.retainUntil,
      retention_days: retentionDays,
      timestamp: submission.timestamp,
    };
  };
}

/** The headers say whose bundle and which; the file must say the same. */
function refuseDifferentNames(bundle: UploadedBundle, facts: RequestFacts): void {
  const site = identifier.safeParse(facts.header('x-client-id'));
  if (!site.success) throw invalid('X-Client-ID', 'must name the site');
  if (facts.principal.siteId !== null && bundle.site_id !== facts.principal.siteId) {
    throw new AppError(
      'AUTH.SITE_FORBIDDEN',
      'forbidden',
      'The bundle names another site than the credential stands for.',
    );
  }
  if (bundle.site_id !== site.data) throw invalid('X-Client-ID', 'differs from site_id in the bundle');
  const bundleId = facts.header('x-bundle-id');
  if (bundleId !== undefined && bundleId !== bundle.bundle_id)
    throw invalid('X-Bundle-ID', 'differs from bundle_id in the bundle');
}

function invalid(field: string, message: string): AppError {
  return new AppError('REQUEST.INVALID', 'invalid', `${field} ${message}.`, {
    details: { errors: [{ field, message }] },
  });
}
