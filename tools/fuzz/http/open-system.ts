import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createKey, type Stack, startStack, wideLimits } from '../../stack/index.ts';
import { freePort } from '../../stack/processes/free-port.ts';
import { openDeadLetters } from '../../dead-letters/dead-letter-store.ts';
import type { Places } from './request-text.ts';

export interface FuzzedSystem {
  stack: Stack;
  port: number;
  gatewayPid: number;
  inspectorPort: number;
  places: Places;
  /** Resident bytes of the gateway. */
  memory: () => Promise<number>;
  /** Events that a service gave up on: what was accepted at the door and could not be kept behind it. */
  deadLetters: () => Promise<string[]>;
}

const run = promisify(execFile);
const site = 'fuzz-site';

/** Starts a system of our own with a site in it that has an appliance, an incident, an order and a bundle. */
export async function openSystem(): Promise<FuzzedSystem> {
  const inspectorPort = await freePort();
  const env = {
    ...wideLimits,
    NODE_OPTIONS: `--inspect-port=${inspectorPort}`,
    REPLY_WAIT_MS: '300',
    RATE_LIMIT_REQUESTS: '1000000',
  };
  const stack = await startStack({ env });
  const { gateway_url: url, admin_key: admin, database_urls: databases, ports, pids } = stack.info;
  const { key: box } = await createKey(databases.gateway, ['--kind', 'appliance', '--site', site]);
  const post = async (path: string, body: object): Promise<Record<string, string>> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${admin}` };
    const answer = await fetch(url + path, {
      method: 'POST',
      headers,
      body: JSON.stringify({ site_id: site, host_id: 'box-1', ...body }),
    });
    return (await answer.json()) as Record<string, string>;
  };
  await post('/checkin', {});
  const { incident_id: incident = 'none', order_id: order = 'none' } = await post('/incidents', {
    incident_type: 'backup_failed',
    severity: 'high',
  });
  const now = new Date().toISOString();
  const times = { timestamp_start: now, timestamp_end: now };
  await post('/evidence', { bundle_id: 'b-1', check_type: 'backup', outcome: 'success', ...times });
  return {
    stack,
    port: ports.gateway!,
    gatewayPid: pids.gateway!,
    inspectorPort,
    places: { admin, box, site, incident, order, bundle: 'b-1' },
    async memory() {
      const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pids.gateway)]);
      return Number(stdout) * 1_024;
    },
    async deadLetters() {
      const { admin: _, ...services } = databases;
      const store = openDeadLetters(services);
      try {
        return (await store.list()).map(
          ({ service, event_type, error_code, cause }) =>
            `${service} gave up on ${event_type}: ${error_code} ${cause.slice(0, 200)}`,
        );
      } finally {
        await store.close();
      }
    },
  };
}
