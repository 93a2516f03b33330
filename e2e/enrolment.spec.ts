import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApplianceClient, enrolAppliance } from '@countersign/appliance';
import { enrolResponse, signedOrder } from '@countersign/shared/contracts';
import { nodeEd25519, verifyOrder } from '@countersign/shared/crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createKey, runKeys } from './harness/api-keys.ts';
import { newSiteId } from './harness/box.ts';
import { call, type Json } from './harness/call.ts';
import { enrol, enrolNewBox, enrolRequestOf, makeEnrolmentToken, newSigner } from './harness/enrol.ts';
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

describe('an appliance that enrols', () => {
  it('gets a credential with which it checks in, is given orders of its epoch, and hands in evidence', async () => {
    const box = await enrolNewBox(system, siteId);
    expect(box.epoch).toBe(1);
    const registered = await site.checkIn(box.key, { public_key: box.signer.publicKey });
    expect(registered.status, registered.text).toBe(200);
    const { order_id } = (await site.incident(box.key)).body;
    const [order] = await site.polled(box.key);
    expect(signedOrder.parse(order)).toMatchObject({ order_id, appliance_epoch: 1 });
    const by = {
      publicKeys: registered.body.server_public_keys,
      siteId,
      applianceId: 'box-1',
      now: new Date(),
      maxTtlSeconds: 900,
      ed25519: nodeEd25519,
    };
    expect(verifyOrder(order, { ...by, applianceEpoch: 1 }).ok).toBe(true);
    expect(verifyOrder(order, { ...by, applianceEpoch: 2 })).toMatchObject({ refusal: { code: 'WRONG_EPOCH' } });
    expect((await site.acknowledge(box.key, order_id)).status).toBe(200);
    const evidence = await site.send('/evidence', { key: box.key, body: site.bundle(box, { order_id }) });
    expect(evidence.status, evidence.text).toBe(200);
  });

  it('enrols with a token that an operator of its site made, or the command on the server', async () => {
    const operator = await createKey(system, 'operator', siteId);
    const made = await makeEnrolmentToken(system, siteId, {}, operator.key);
    expect(made.status, made.text).toBe(200);
    const first = await enrol(system, enrolRequestOf(made.body.token, siteId, newSigner()));
    expect(enrolResponse.parse(first.body)).toMatchObject({ epoch: 1, ledger_key: expect.stringContaining('+') });
    const { token } = await runKeys<{ token: string }>(system, 'enrol-token', '--site', siteId, '--host', 'box-1');
    const second = await enrol(system, enrolRequestOf(token, siteId, newSigner()));
    expect(second.body.epoch).toBe(2);
  });

  it('has no order of the epoch before: what waited is cancelled, and never reaches the new box', async () => {
    const old = await enrolNewBox(system, siteId);
    await site.checkIn(old.key);
    const waiting = await Promise.all(
      ['a', 'b', 'c'].map(async (check_type) => (await site.incident(old.key, { check_type })).body.order_id as string),
    );
    const fresh = await enrolNewBox(system, siteId);
    expect(fresh.epoch).toBe(2);
    const { body } = await site.checkIn(fresh.key);
    expect([body.pending_orders, await site.polled(fresh.key)]).toEqual([[], []]);
    for (const order_id of waiting) {
      const answer = await site.acknowledge(fresh.key, order_id);
      expect(problemOf(answer)).toEqual([409, 'ORDERS.NOT_OPEN']);
    }
    const { order_id } = (await site.incident(fresh.key, { check_type: 'a' })).body;
    expect(waiting).not.toContain(order_id);
    expect((await site.polled(fresh.key)).map((order) => [order.order_id, order.appliance_epoch])).toEqual([
      [order_id, 2],
    ]);
  });

  it('keeps its orders apart while incidents pour in and it enrols again and again', async () => {
    let box = await enrolNewBox(system, siteId);
    await site.checkIn(box.key);
    for (let round = 0; round < 4; round += 1) {
      const pouring = Promise.all(
        Array.from({ length: 8 }, (_, n) => site.incident(system.adminKey, { check_type: `c${round}-${n}` })),
      );
      const old = box;
      box = await enrolNewBox(system, siteId);
      const found = await site.polled(box.key);
      expect(found.filter((order) => order.appliance_epoch !== box.epoch)).toEqual([]);
      await pouring;
      expect((await site.polled(box.key)).filter((order) => order.appliance_epoch !== box.epoch)).toEqual([]);
      await until('the old box is shut out', async () =>
        (await site.send(`/orders/${siteId}`, { key: old.key })).status === 401 ? true : undefined,
      );
    }
  });
});

describe('the box before it', () => {
  it('has no credential any more, on any gateway, and its key signs no evidence any more', async () => {
    const old = await enrolNewBox(system, siteId);
    await site.checkIn(old.key);
    expect((await site.send('/evidence', { key: old.key, body: site.bundle(old) })).status).toBe(200);
    const fresh = await enrolNewBox(system, siteId);
    for (const gateway of system.gatewayUrls) {
      for (const path of [`/orders/${siteId}`, '/runbooks']) {
        // A gateway that remembers the key is told within a moment.
        const answer = await until(`${path} is refused`, async () => {
          const one = await call(gateway + path, { key: old.key });
          return one.status === 200 ? undefined : one;
        });
        expect(problemOf(answer), path).toEqual([401, 'AUTH.INVALID_CREDENTIAL']);
      }
    }
    // With the new credential, as somebody would who stole that too, but not the new key.
    await until('the former key is no longer taken', async () => {
      const answer = await site.send('/evidence', { key: fresh.key, body: site.bundle(old) });
      return answer.status === 422 ? answer : undefined;
    });
    expect((await site.send('/evidence', { key: fresh.key, body: site.bundle(fresh) })).status).toBe(200);
  });

  it('leaves evidence that is still verified with its own key', async () => {
    const old = await enrolNewBox(system, siteId);
    const bundle = site.bundle(old);
    expect((await site.send('/evidence', { key: old.key, body: bundle })).status).toBe(200);
    await enrolNewBox(system, siteId);
    const detail = (await site.send(`/evidence/${siteId}/${bundle.bundle_id}`, { key: system.adminKey })).body;
    expect(detail).toMatchObject({ public_key: old.signer.publicKey, signature: bundle.signature });
    expect(nodeEd25519.verify(bundle.signed_data, detail.signature, detail.public_key)).toBe(true);
  });

  it('cannot check its own key in again, and nobody else can check in another one', async () => {
    const old = await enrolNewBox(system, siteId);
    const fresh = await enrolNewBox(system, siteId);
    for (const key of [fresh.key, system.adminKey]) {
      for (const public_key of [old.signer.publicKey, newSigner().publicKey]) {
        expect(problemOf(await site.checkIn(key, { public_key }))).toEqual([409, 'ORDERS.KEY_CONFLICT']);
      }
    }
    expect((await site.checkIn(fresh.key, { public_key: fresh.signer.publicKey })).status).toBe(200);
  });
});

describe('the reference appliance', () => {
  let stateDir: string;
  beforeAll(async () => void (stateDir = await mkdtemp(join(tmpdir(), 'countersign-e2e-enrol-'))));
  afterAll(() => rm(stateDir, { recursive: true, force: true }));

  it('enrols, acts with what it got, and answers an order of another epoch with a signed refusal', async () => {
    const settings = { gatewayUrl: base, siteId, hostId: 'box-1', stateDir, allowPlainHttp: true };
    const { token } = (await makeEnrolmentToken(system, siteId)).body;
    expect(await enrolAppliance({ ...settings, token })).toMatchObject({ epoch: 1 });
    const client = await createApplianceClient(settings);
    await client.checkIn();
    await client.reportIncident({ incident_type: 'backup_failed', severity: 'high' });
    const [former] = (await until('the order', () => client.pollOrders())) as Json[];
    const again = (await makeEnrolmentToken(system, siteId)).body.token;
    expect(await enrolAppliance({ ...settings, token: again })).toMatchObject({ epoch: 2 });
    const restarted = await createApplianceClient(settings);
    await restarted.checkIn();
    const handled = await restarted.handleOrder(former);
    expect(handled).toMatchObject({ status: 'refused', verdict: { error: 'WRONG_EPOCH' } });
  });
});
