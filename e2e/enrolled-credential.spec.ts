import { beforeEach, describe, expect, inject, it } from 'vitest';
import { createKey, createSiteKey } from './harness/api-keys.ts';
import { newSiteId } from './harness/box.ts';
import { type EnrolledBox, enrolNewBox } from './harness/enrol.ts';
import { problemOf } from './harness/expect-answer.ts';
import { callsOf, type SiteCalls } from './harness/site-calls.ts';
import { until } from './harness/until.ts';

const system = inject('system');
const base = system.gatewayUrls[0]!;

let siteId: string;
let site: SiteCalls;
beforeEach(() => {
  siteId = newSiteId();
  site = callsOf(base, siteId);
});

describe('a credential of an enrolment', () => {
  let box: EnrolledBox;
  let sibling: EnrolledBox;
  beforeEach(async () => {
    [box, sibling] = await Promise.all([enrolNewBox(system, siteId), enrolNewBox(system, siteId, 'box-2')]);
    await site.checkIn(box.key);
  });

  it('acts for its own appliance only, wherever a request names one', async () => {
    const host_id = 'box-2';
    const form = new FormData();
    form.set('bundle', new Blob([JSON.stringify(site.bundle({ ...box, hostId: host_id }))]), 'bundle.json');
    const answers = await Promise.all([
      site.checkIn(box.key, { host_id }),
      site.incident(box.key, { host_id }),
      site.send('/drift', { key: box.key, body: { site_id: siteId, host_id, check_type: 'firewall', drifted: true } }),
      site.send('/evidence', { key: box.key, body: site.bundle({ ...box, hostId: host_id }) }),
      site.send('/evidence/upload', { key: box.key, body: form, headers: { 'x-client-id': siteId } }),
      site.send(`/orders/${siteId}?host_id=${host_id}`, { key: box.key }),
    ]);
    for (const answer of answers) expect(problemOf(answer), answer.text).toEqual([403, 'AUTH.HOST_FORBIDDEN']);
  });

  it('sees and takes on its own orders only', async () => {
    const { order_id } = (await site.incident(sibling.key, { host_id: 'box-2' })).body;
    expect(await site.polled(box.key)).toEqual([]);
    const answer = await site.acknowledge(box.key, order_id);
    expect(problemOf(answer)).toEqual([404, 'ORDERS.NOT_FOUND']);
    expect((await site.polled(sibling.key)).map((order) => order.order_id)).toEqual([order_id]);
  });

  it('takes the place of the key of the site, which no longer acts for this appliance', async () => {
    const siteKey = await createSiteKey(system, siteId);
    await site.incident(box.key);
    expect(problemOf(await site.checkIn(siteKey.key))).toEqual([409, 'ENROLMENT.SUPERSEDED']);
    expect(await site.polled(siteKey.key)).toEqual([]);
    expect((await site.checkIn(siteKey.key, { host_id: 'box-3' })).status).toBe(200);
  });
});

describe('a site that demands enrolment', () => {
  it('refuses its own key with a clear 403 from the next request on, and takes it again when it demands no more', async () => {
    const { key } = await createSiteKey(system, siteId);
    const box = await enrolNewBox(system, siteId, 'box-9');
    expect((await site.checkIn(key)).status).toBe(200);
    const policy = (body?: object, by = system.adminKey) =>
      site.send(`/sites/${siteId}/policy`, { key: by, ...(body && { method: 'PUT', body }) });
    expect((await policy()).body).toMatchObject({ enrolment: 'optional', changed_at: null });
    expect((await policy({ enrolment: 'required' })).status).toBe(200);
    await until('the site key is refused', async () => (await site.checkIn(key)).status === 403 || undefined);
    for (const answer of [
      await site.checkIn(key),
      await site.incident(key),
      await site.send(`/orders/${siteId}`, { key }),
    ]) {
      expect(problemOf(answer)).toEqual([403, 'ENROLMENT.REQUIRED']);
    }
    expect((await site.checkIn(box.key, { host_id: 'box-9' })).status).toBe(200);
    expect((await policy()).body).toMatchObject({ enrolment: 'required' });
    expect((await policy({ enrolment: 'optional' })).status).toBe(200);
    await until('the site key is taken', async () => (await site.checkIn(key)).status === 200 || undefined);
  });

  it('is set by administrators only', async () => {
    const operator = await createKey(system, 'operator', siteId);
    const body = { enrolment: 'optional' };
    const answer = await site.send(`/sites/${siteId}/policy`, { key: operator.key, method: 'PUT', body });
    expect(problemOf(answer)).toEqual([403, 'AUTH.SCOPE_MISSING']);
    expect((await site.send(`/sites/${siteId}/policy`, { key: operator.key })).status).toBe(200);
  });
});
