import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createRequestSigner } from '@countersign/shared/http-signature';
import { systemClock } from '@countersign/shared/kernel';
import type { EnrolledAppliance } from './enrol-fleet.ts';

export interface WriteReportsOptions {
  file: string;
  count: number;
  fleet: readonly EnrolledAppliance[];
  /** Makes the incidents of this run conditions of their own. */
  run: string;
  isSigned: boolean;
}

/**
 * Writes incidents for `incident-signed.lua`, one per line: credential, headers of the signature, body, with tabs between
 * them. Each signature has a nonce of its own, and is good for as long as the gateway's window: send them at once.
 */
export async function writeReports({ file, count, fleet, run, isSigned }: WriteReportsOptions): Promise<void> {
  const out = createWriteStream(file);
  const signers = isSigned ? fleet.map(({ signer }) => createRequestSigner(signer, systemClock)) : [];
  for (let n = 0; n < count; n += 1) {
    const { siteId, hostId, key } = fleet[n % fleet.length]!;
    const body = JSON.stringify({
      site_id: siteId,
      host_id: hostId,
      incident_type: 'backup_failed',
      severity: 'high',
      check_type: `backup-${run}-${n}`,
      details: { message: 'the repository did not answer', attempt: n },
      pre_state: { last_success: '2026-01-01T00:00:00Z' },
      hipaa_controls: ['164.308(a)(7)(ii)(A)'],
    });
    const headers = signers[n % fleet.length]?.({ method: 'POST', target: '/incidents', body }) ?? {};
    const signed = ['content-digest', 'signature-input', 'signature'].map((name) => headers[name] ?? '');
    if (!out.write(`${[key, ...signed, body].join('\t')}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}
