import { demoSite } from './first-keys.ts';
import type { StackInfo } from './stack-info.ts';

const host = 'box-1';

/** What to try next, ready to paste, with a real key in every line. */
export function renderGuide(info: StackInfo, applianceKey: string): string {
  const curl = `curl -sS -H 'authorization: Bearer ${applianceKey}'`;
  const post = (path: string, body: object): string =>
    `${curl} -H 'content-type: application/json' ${info.gateway_url}${path} -d '${JSON.stringify(body)}'`;
  return [
    '',
    `  Countersign is ready: ${info.gateway_url}`,
    '',
    `  log      ${info.log_file}`,
    `  state    ${info.state_dir}`,
    `  for programs (addresses, administrator's key)  .countersign/stack.json`,
    '',
    '  An appliance checks in:',
    `    ${post('/checkin', { site_id: demoSite, host_id: host, deployment_mode: 'direct' })}`,
    '  It reports an incident; the answer names the runbook and the order:',
    `    ${post('/incidents', { site_id: demoSite, host_id: host, incident_type: 'backup_failed', severity: 'high' })}`,
    '  It polls for its signed order:',
    `    ${curl} ${info.gateway_url}/orders/${demoSite}`,
    '',
    '  A whole fleet:  npm run demo      More keys:  npm run keys -- --help',
    '  Ctrl-C stops everything; the next start finds its data.',
    '',
  ].join('\n');
}
