import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { evidenceSignedText, nodeEd25519, sha256Hex } from '@countersign/shared/crypto';

/** The key of the bench appliance of a site: derived, so that nothing has to be kept. */
export function applianceSeed(site: string): string {
  return sha256Hex(`bench ${site}`);
}

export interface SignBundlesOptions {
  file: string;
  count: number;
  sites: number;
  /** Makes the bundle ids of this run its own. */
  run: string;
}

/** Writes evidence requests, each signed by its appliance, one per line. */
export async function signBundles({ file, count, sites, run }: SignBundlesOptions): Promise<void> {
  const out = createWriteStream(file);
  const signers = Array.from({ length: sites }, (_, site) => nodeEd25519.createSigner(applianceSeed(`bench-${site}`)));
  // Of now: the server looks at the clock of whoever hands in.
  const now = Date.now();
  const [startedAt, endedAt] = [new Date(now - 126_000).toISOString(), new Date(now).toISOString()];
  for (let n = 0; n < count; n += 1) {
    const site = n % sites;
    const body = {
      bundle_id: `b-${run}-${n}`,
      site_id: `bench-${site}`,
      host_id: 'box-1',
      check_type: 'backup',
      outcome: 'success',
      pre_state: { unit: 'failed', free_gb: 12 },
      post_state: { unit: 'active', free_gb: 12 },
      actions_taken: [
        { step: 1, action: 'check_repository', exit_code: 0, duration_sec: 3, result: 'ok' },
        { step: 2, action: 'restart_unit', exit_code: 0, duration_sec: 5, result: 'ok' },
        { step: 3, action: 'run_backup', exit_code: 0, duration_sec: 118, result: 'ok' },
      ],
      hipaa_controls: ['164.308(a)(7)(ii)(A)', '164.310(d)(2)(iv)'],
      rollback_available: true,
      timestamp_start: startedAt,
      timestamp_end: endedAt,
      policy_version: '1.0',
    };
    const signature = signers[site]!.sign(evidenceSignedText(body));
    if (!out.write(`${JSON.stringify({ ...body, signature })}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}
