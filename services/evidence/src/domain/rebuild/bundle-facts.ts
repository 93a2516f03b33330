import { evidenceSubmitted, uploadedBundle } from '@countersign/shared/contracts';
import type { RecordedBundle } from '../evidence-envelope.ts';

const submitted = evidenceSubmitted.omit({ document: true });

/** By which a bundle was handed in: a leaf of `gateway.evidence-submitted.v1`. */
export interface SubmissionLeaf {
  eventId: string;
  leafIndex: number;
  traceId: string | null;
  /** Its data (JSON), without the document. */
  data: string;
}

/** What the table of bundles says and the envelope does not. */
export interface BundleFacts {
  orderId: string | null;
  checkType: string;
  outcome: string;
  /** JSON. */
  hipaaControls: string;
  timestampStart: string;
  timestampEnd: string;
  principalId: string;
  submittedAt: string;
  /** By which event it came; null when the ledger does not say. */
  eventId: string | null;
}

/** Stands where nobody knows any more who it was. */
export const unknownPrincipal = '00000000-0000-0000-0000-000000000000';

/**
 * Of all the times that the bundle was handed in, the one that it was recorded from: the same trace, the same signature,
 * the earliest.
 */
export function chooseSubmission(
  bundle: Pick<RecordedBundle, 'trace_id' | 'signature' | 'channel'>,
  leaves: readonly SubmissionLeaf[],
): SubmissionLeaf | undefined {
  const signatureOf = (leaf: SubmissionLeaf) => (JSON.parse(leaf.data) as { signature: string | null }).signature;
  return leaves
    .filter((leaf) => signatureOf(leaf) === bundle.signature)
    .toSorted(
      (one, other) =>
        Number(other.traceId === bundle.trace_id) - Number(one.traceId === bundle.trace_id) ||
        one.leafIndex - other.leafIndex,
    )[0];
}

/** What was said when it was handed in; of what only the document is left, what the document says. */
export function factsOf(bundle: RecordedBundle, leaf: SubmissionLeaf | undefined): BundleFacts {
  if (leaf === undefined) return factsOfDocument(bundle);
  const said = submitted.parse(JSON.parse(leaf.data));
  return {
    orderId: said.order_id,
    checkType: said.check_type,
    outcome: said.outcome,
    hipaaControls: JSON.stringify(said.hipaa_controls),
    timestampStart: said.timestamp_start,
    timestampEnd: said.timestamp_end,
    principalId: said.principal_id,
    submittedAt: said.submitted_at,
    eventId: leaf.eventId,
  };
}

function factsOfDocument({ document, recorded_at }: RecordedBundle): BundleFacts {
  const said = uploadedBundle.parse(JSON.parse(document));
  return {
    orderId: said.order_id ?? null,
    checkType: said.check_type ?? said.check ?? 'unknown',
    outcome: said.outcome,
    hipaaControls: JSON.stringify(said.hipaa_controls ?? []),
    timestampStart: said.timestamp_start,
    timestampEnd: said.timestamp_end,
    principalId: unknownPrincipal,
    submittedAt: recorded_at,
    eventId: null,
  };
}
