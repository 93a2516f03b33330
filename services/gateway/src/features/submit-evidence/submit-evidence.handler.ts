import { evidenceRequest, type EvidenceResponse } from '@countersign/shared/contracts';
import { evidenceSignedTextOfJson, sha256Hex } from '@countersign/shared/crypto';
import { AppError } from '@countersign/shared/kernel';
import type { RequestFacts } from '../../domain/request-facts.ts';
import type { SubmitBundle } from './submit-bundle.ts';

export type SubmitEvidence = (body: unknown, facts: RequestFacts) => Promise<EvidenceResponse>;

/** Takes a bundle as JSON. What is kept is the text that the appliance signs, rebuilt from the received bytes. */
export function createSubmitEvidence(submit: SubmitBundle): SubmitEvidence {
  return async (body, facts) => {
    const request = evidenceRequest.parse(body);
    const document = evidenceSignedTextOfJson(Buffer.from(facts.rawBody).toString('utf8'));
    if (typeof request.signed_data === 'string' && request.signed_data !== document) {
      throw new AppError(
        'EVIDENCE.SIGNED_DATA_MISMATCH',
        'unprocessable',
        'A field of the request differs from the signed text.',
      );
    }
    const submission = await submit(
      {
        bundle_id: request.bundle_id,
        site_id: request.site_id,
        host_id: request.host_id,
        order_id: request.order_id ?? null,
        check_type: request.check_type,
        outcome: request.outcome,
        hipaa_controls: request.hipaa_controls ?? [],
        timestamp_start: request.timestamp_start,
        timestamp_end: request.timestamp_end,
        document,
        digest: sha256Hex(document),
        signature: request.signature ?? null,
        channel: 'json',
      },
      facts,
    );
    return {
      status: 'received',
      bundle_id: request.bundle_id,
      evidence_id: submission.evidenceId,
      s3_uri: submission.uri,
      timestamp: submission.timestamp,
    };
  };
}
