import type { ChainHead } from '../domain/chain-link.ts';
import type { Decision } from '../domain/decide-submissions.ts';
import { columnsOf } from './columns-of.ts';

/** $1..$25 of `record-bundles.sql`. */
export function bundleColumns(decisions: readonly Decision[]): Buffer[] {
  const rows = decisions.filter((decision) => decision.kind === 'new');
  return columnsOf(rows, [
    ({ link }) => link.evidence_id,
    ({ link }) => link.site_id,
    ({ link }) => link.bundle_id,
    ({ link }) => link.host_id,
    ({ submission }) => submission.bundle.order_id,
    ({ submission }) => submission.bundle.check_type,
    ({ submission }) => submission.bundle.outcome,
    ({ submission }) => JSON.stringify(submission.bundle.hipaa_controls),
    ({ submission }) => submission.bundle.timestamp_start,
    ({ submission }) => submission.bundle.timestamp_end,
    ({ submission }) => submission.bundle.document,
    ({ link }) => link.digest,
    ({ link }) => link.signature,
    ({ link }) => link.public_key,
    ({ submission }) => submission.bundle.channel,
    ({ submission }) => submission.bundle.principal_id,
    ({ submission }) => submission.bundle.submitted_at,
    ({ submission }) => submission.traceId,
    ({ link }) => String(link.position),
    ({ link }) => link.previous_link_hash,
    ({ link }) => link.link_hash,
    ({ link }) => link.recorded_at,
    ({ submission }) => submission.eventId,
    ({ submission }) => submission.traceparent ?? null,
    // Of the others nobody waits for the seal.
    ({ submission }) => (submission.bundle.channel === 'upload' ? (submission.replyto ?? null) : null),
  ]);
}

/** $26..$29 of `record-bundles.sql`. */
export function headColumns(heads: readonly ChainHead[]): Buffer[] {
  return columnsOf(heads, [
    (head) => head.site_id,
    (head) => String(head.position),
    (head) => head.link_hash,
    (head) => head.recorded_at,
  ]);
}

/** $30..$39 of `record-bundles.sql`. */
export function refusalColumns(decisions: readonly Decision[]): Buffer[] {
  const rows = decisions.filter((decision) => decision.kind === 'refused' && !decision.again);
  return columnsOf(rows as Extract<Decision, { kind: 'refused' }>[], [
    ({ submission }) => submission.eventId,
    ({ submission }) => submission.bundle.evidence_id,
    ({ submission }) => submission.bundle.site_id,
    ({ submission }) => submission.bundle.bundle_id,
    ({ submission }) => submission.bundle.host_id,
    ({ submission }) => submission.bundle.digest,
    ({ submission }) => submission.bundle.signature,
    ({ code }) => code,
    ({ submission }) => submission.bundle.principal_id,
    ({ submission }) => submission.traceId,
  ]);
}
