/**
 * One incident from end to end against a running system: COUNTERSIGN_URL and COUNTERSIGN_ADMIN_KEY say which. Prints
 * each step with its milliseconds and ends with 1 at the first thing that is not as promised.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { evidenceSignedText, nodeEd25519, verifyOrder } from '@countersign/shared/crypto';
import { verifyOwnKit } from './verify-own-kit.ts';

const { COUNTERSIGN_URL, COUNTERSIGN_ADMIN_KEY } = process.env;
assert.ok(COUNTERSIGN_URL && COUNTERSIGN_ADMIN_KEY, 'set COUNTERSIGN_URL and COUNTERSIGN_ADMIN_KEY');

/** Whatever it is: the assertions say what it must be. */
// oxlint-disable-next-line typescript/no-explicit-any
type Answer = Record<string, any>;
const siteId = `smoke-${randomBytes(6).toString('hex')}`;
const box = { site_id: siteId, host_id: 'box-1' };
const signer = nodeEd25519.createSigner(randomBytes(32).toString('hex'));

async function call(path: string, body?: object, { status = 200, key = COUNTERSIGN_ADMIN_KEY } = {}): Promise<Answer> {
  const response = await fetch(COUNTERSIGN_URL + path, {
    method: body ? 'POST' : 'GET',
    headers: { ...(key && { authorization: `Bearer ${key}` }), ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(15_000),
  });
  const text = await response.text();
  assert.equal(response.status, status, `${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Answer;
}

async function step<Value>(name: string, run: () => Promise<Value>): Promise<Value> {
  const started = performance.now();
  const value = await run();
  console.log(`  ${name.padEnd(52)} ${Math.round(performance.now() - started)} ms`);
  return value;
}

function bundleFor(orderId: string): Answer {
  const now = new Date().toISOString();
  const id = `smoke-${randomBytes(8).toString('hex')}`;
  const times = { timestamp_start: now, timestamp_end: now };
  return { ...box, bundle_id: id, order_id: orderId, check_type: 'backup', outcome: 'success', ...times };
}

function signed(bundle: Answer): Answer {
  const text = evidenceSignedText(bundle);
  return { ...bundle, signed_data: text, signature: signer.sign(text) };
}

async function untilSealed(bundleId: string): Promise<Answer> {
  for (const deadline = Date.now() + 30_000; ; await pause(100)) {
    const { evidence } = await call(`/evidence/${siteId}`);
    const found = (evidence as Answer[]).find((one) => one['bundle_id'] === bundleId);
    if (found?.['sealed_at']) return found;
    assert.ok(Date.now() < deadline, `not sealed within 30 s: ${JSON.stringify(evidence)}`);
  }
}

/** Until a checkpoint covers it. */
async function untilProven(bundleId: string): Promise<void> {
  for (const deadline = Date.now() + 30_000; ; await pause(100)) {
    const answer = await get(`/evidence/${siteId}/${bundleId}/proof`);
    const text = await answer.text();
    if (answer.status === 200) return;
    assert.ok(Date.now() < deadline, `not proven within 30 s: ${text}`);
  }
}

const get = (path: string): Promise<Response> =>
  fetch(COUNTERSIGN_URL + path, { headers: { authorization: `Bearer ${COUNTERSIGN_ADMIN_KEY}` } });

async function download(path: string): Promise<Buffer> {
  const answer = await get(path);
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.equal(answer.status, 200, `${path} answered ${answer.status}: ${bytes.toString()}`);
  return bytes;
}

await step('every dependency is connected', async () => {
  const health = await call('/health', undefined, { key: '' });
  const parts = [health['status'], health['database'], health['nats'], health['object_store']];
  assert.deepEqual(parts, ['ok', 'connected', 'connected', 'connected']);
  assert.ok(health['runbooks_loaded'] > 0);
});
await step('a request without a key is refused', () => call('/stats', undefined, { status: 401, key: '' }));
const { server_public_keys: publicKeys } = await step('an appliance checks in', () =>
  call('/checkin', { ...box, public_key: signer.publicKey }),
);
const incident = await step('its incident is answered with an order', () =>
  call('/incidents', { ...box, incident_type: 'backup_failed', severity: 'high' }),
);
assert.match(String(incident['order_id']), /^[0-9a-f]{16}$/, JSON.stringify(incident));
await step('the order comes by poll, and its signature holds', async () => {
  const { orders } = await call(`/orders/${siteId}`);
  const order = (orders as Answer[]).find((one) => one['order_id'] === incident['order_id']);
  const by = { publicKeys, siteId, applianceId: box.host_id, now: new Date(), maxTtlSeconds: 3_600 };
  const verdict = verifyOrder(order, { ...by, ed25519: nodeEd25519 });
  assert.ok(verdict.ok, JSON.stringify(verdict));
});
const acknowledge = { site_id: siteId, order_id: incident['order_id'] };
await step('it is acknowledged', () => call('/orders/acknowledge', acknowledge));
const bundle = signed(bundleFor(incident['order_id']));
await step('forged evidence is refused', () =>
  call('/evidence', { ...signed(bundleFor(incident['order_id'])), outcome: 'failed' }, { status: 422 }),
);
await step('signed evidence is received', () => call('/evidence', bundle));
const sealed = await step('it is sealed in the vault', () => untilSealed(bundle['bundle_id']));
assert.match(String(sealed['s3_uri']), /^s3:\/\/.+versionId=/, JSON.stringify(sealed));
await step('the ledger proves it', () => untilProven(bundle['bundle_id']));
await step('a kit holds, says the verifier within', async () => {
  const range = new URLSearchParams({
    from: new Date(Date.now() - 3_600_000).toISOString(),
    to: new Date(Date.now() + 60_000).toISOString(),
  });
  const [kit, key] = await Promise.all([
    download(`/evidence/${siteId}/kit?${range.toString()}`),
    download('/ledger/key'),
  ]);
  await verifyOwnKit(kit, key.toString('utf8').trim());
});
