import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApplianceClient, createApplianceClient, enrolAppliance } from '@countersign/appliance';
import { signedOrder } from '@countersign/shared/contracts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newSiteId } from './harness/box.ts';
import { call, type Json } from './harness/call.ts';
import { makeEnrolmentToken } from './harness/enrol.ts';
import { problemOf } from './harness/expect-answer.ts';
import { until } from './harness/until.ts';

const system = inject('system');
const gatewayUrl = system.gatewayUrls[0]!;
const siteId = newSiteId();
const policy = `${gatewayUrl}/sites/${siteId}/policy`;

/** A request of the box, as somebody on the way sees it. */
interface Seen {
  path: string;
  init: RequestInit;
}

let folder: string;
let box: ApplianceClient;
const seen: Seen[] = [];
const lastTo = (path: string): Seen => seen.findLast((one) => one.path === path)!;

/** The same bytes again, at whichever gateway is not the first, or with other headers. */
async function again({ path, init }: Seen, headers: Record<string, string | undefined> = {}) {
  const all = Object.entries({ ...(init.headers as Record<string, string>), ...headers });
  const sent = Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
  const response = await fetch(system.gatewayUrls.at(-1)! + path, { ...init, headers: sent, signal: null });
  return [response.status, ((await response.json()) as Json).error_code];
}
const unsigned = { signature: undefined, 'signature-input': undefined };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-signed-'));
  const settings = { gatewayUrl, siteId, hostId: 'box-1', stateDir: join(folder, 'box'), allowPlainHttp: true };
  const { token } = (await makeEnrolmentToken(system, siteId)).body;
  await enrolAppliance({ ...settings, token });
  const watched: typeof fetch = (input, init) => {
    seen.push({ path: (input as string).slice(gatewayUrl.length), init: init! });
    return fetch(input, init);
  };
  box = await createApplianceClient({ ...settings, fetch: watched });
  await box.checkIn();
});
afterAll(() => rm(folder, { recursive: true }));

describe('the reference appliance, once it has enrolled', () => {
  it('signs all that it sends, and does its work where its site demands that', async () => {
    const body = { signed_requests: 'required' };
    const changed = await call(policy, { method: 'PUT', key: system.adminKey, body });
    expect(changed.body, changed.text).toMatchObject({ signed_requests: 'required' });
    await until('the site demands signatures', async () => {
      const [, code] = await again(lastTo('/checkin'), unsigned);
      return code === 'AUTH.SIGNATURE_MISSING' || undefined;
    });
    const { order_id } = await box.reportIncident({ incident_type: 'backup_failure', severity: 'high' });
    const order = await until('the order', async () => (await box.pollOrders())?.[0]);
    expect(signedOrder.parse(order).order_id).toBe(order_id);
    expect(await box.handleOrder(order)).toMatchObject({ status: 'executed' });
    expect(seen.filter(({ init }) => new Headers(init.headers).get('signature') === null)).toEqual([]);
  });

  it.each(['/checkin', '/incidents', '/orders/acknowledge', '/evidence'])(
    'cannot be imitated by who saw its request to %s: not again, not changed, not without the signature',
    async (path) => {
      const request = lastTo(path);
      expect(await again(request)).toEqual([401, 'AUTH.REPLAYED']);
      const other = { ...request, init: { ...request.init, body: `${request.init.body as string} ` } };
      expect(await again(other)).toEqual([401, 'AUTH.SIGNATURE_INVALID']);
      expect(await again(request, unsigned)).toEqual([401, 'AUTH.SIGNATURE_MISSING']);
      expect(await again(request, { 'idempotency-key': 'mine' })).toEqual([401, 'AUTH.SIGNATURE_INVALID']);
    },
  );

  it('signs its acknowledgements even where nobody demands it', async () => {
    const body = { signed_requests: 'optional' };
    await call(policy, { method: 'PUT', key: system.adminKey, body });
    await until('the site demands nothing', async () => {
      const [status] = await again(lastTo('/checkin'), unsigned);
      return status === 200 || undefined;
    });
    expect(await again(lastTo('/orders/acknowledge'), unsigned)).toEqual([401, 'AUTH.SIGNATURE_MISSING']);
  });
});

describe('the policy of a site', () => {
  it('is for administrators to set', async () => {
    const { headers } = lastTo('/checkin').init;
    const key = new Headers(headers).get('authorization')!.slice('Bearer '.length);
    const answer = await call(policy, { method: 'PUT', key, body: { signed_requests: 'optional' } });
    expect(problemOf(answer)).toEqual([403, 'AUTH.SCOPE_MISSING']);
  });
});
