import type { EvidenceSubmitted } from '@countersign/shared/contracts';
import { canonicalString, deriveId, sha256Hex } from '@countersign/shared/crypto';

/** A bundle as the gateway hands it over, for tests. What is changed is changed in the signed text as well. */
export function aBundle(changes: Partial<EvidenceSubmitted> = {}): EvidenceSubmitted {
  const { submitted_at = '2026-11-21T10:00:06.000Z', ...said } = changes;
  const fields = {
    bundle_id: 'bundle-1',
    site_id: 'clinic-1',
    host_id: 'box-1',
    order_id: null,
    check_type: 'backup',
    outcome: 'success' as const,
    hipaa_controls: ['164.308(a)(7)(ii)(A)'],
    timestamp_start: '2026-11-21T10:00:00+00:00',
    timestamp_end: '2026-11-21T10:00:05.250+00:00',
    channel: 'json' as const,
    signature: null,
    ...said,
  };
  const { channel: _channel, signature: _signature, ...signed } = fields;
  const document =
    changes.document ?? canonicalString({ ...signed, actions_taken: [{ step: 1, action: 'Überprüft' }] });
  const digest = changes.digest ?? sha256Hex(document);
  return {
    ...fields,
    document,
    digest,
    evidence_id: deriveId(`evidence:${fields.site_id}:${fields.bundle_id}:${digest}`),
    submitted_at,
    principal_id: '01a00000-0000-7000-8000-000000000001',
  };
}
