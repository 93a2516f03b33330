import type { KeptBundle } from '../../persistence/retention.repository.ts';

/** What every question for a change says: of which bundle, who asks and why. */
export interface ChangeQuestion {
  site_id: string;
  bundle_id: string;
  /** The site that the asker is bound to. */
  bound_site?: string | undefined;
  principal_id: string;
  reason: string;
  traceparent?: string | undefined;
}

/** What the event of a change says whatever was changed: `envelope` around its data, `ofBundle` at their beginning. */
export function describeChange({ principal_id, reason, traceparent }: ChangeQuestion, kept: KeptBundle) {
  const { evidenceId, siteId, bundleId, now } = kept;
  return {
    envelope: { owner: 'evidence', subject: siteId, time: now.toISOString(), traceparent },
    ofBundle: { evidence_id: evidenceId, bundle_id: bundleId, site_id: siteId, principal_id, reason },
  };
}
