import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApplianceClient, createApplianceClient } from '@countersign/appliance';
import type { SignedOrder } from '@countersign/shared/contracts';
import { newNonce, nodeEd25519, openPrivateKey, type SigningKey, signOrder } from '@countersign/shared/crypto';
import { startStack, type Stack } from '../../tools/stack/index.ts';
import { newSiteId } from '../harness/box.ts';
import { call, type Json } from '../harness/call.ts';
import { until } from '../harness/until.ts';

const keysProgram = fileURLToPath(new URL('../../services/orders/dist/keys.main.js', import.meta.url));
const ttlSeconds = 15;

/** A box that works all the time, and what became of its orders. */
interface WorkingBox {
  client: ApplianceClient;
  siteId: string;
  orders: SignedOrder[];
  outcomes: Record<string, number>;
  stop: () => Promise<unknown>;
}

describe('rotating the key of orders under load, with two replicas', () => {
  let stack: Stack;
  let keysDir: string;
  let stolen: SigningKey;
  let boxes: WorkingBox[] = [];
  const state = mkdtempSync(join(tmpdir(), 'countersign-rotation-'));

  /** A slow one gets round to an order only after its next check-in: what it holds then must still be believed. */
  async function startBox(isSlow: boolean): Promise<WorkingBox> {
    const siteId = newSiteId();
    const client = await createApplianceClient({
      gatewayUrl: stack.info.gateway_url,
      apiKey: stack.info.admin_key,
      siteId,
      hostId: 'box-1',
      stateDir: join(state, siteId),
      ed25519: nodeEd25519,
    });
    const box: WorkingBox = { client, siteId, orders: [], outcomes: {}, stop: async () => undefined };
    await client.checkIn();
    let isWorking = true;
    const work = async (): Promise<void> => {
      for (let turn = 0; isWorking; turn += 1) {
        if (turn % 4 === 0) await client.checkIn();
        await client.reportIncident({ incident_type: 'backup_failed', severity: 'high', check_type: randomUUID() });
        const polled = ((await client.pollOrders()) ?? []) as SignedOrder[];
        const fresh = polled.filter((order) => !box.orders.some((known) => known.order_id === order.order_id));
        if (isSlow && fresh.length > 0) {
          await delay(2_000);
          await client.checkIn();
        }
        for (const order of fresh) {
          box.orders.push(order);
          const handled = await client.handleOrder(order);
          const error = 'verdict' in handled ? (handled.verdict?.error ?? '') : '';
          const outcome = `${handled.status} ${error}`.trim();
          box.outcomes[outcome] = (box.outcomes[outcome] ?? 0) + 1;
        }
        await delay(100);
      }
    };
    const working = work();
    working.catch(() => {}); // told when it is stopped
    box.stop = () => {
      isWorking = false;
      return working;
    };
    return box;
  }

  async function keys(...args: string[]): Promise<Json> {
    const env = { PATH: process.env['PATH'], DATABASE_URL: stack.info.database_urls.orders, ORDER_KEYS_DIR: keysDir };
    const { stdout } = await promisify(execFile)(process.execPath, [keysProgram, ...args, '--json'], { env });
    return JSON.parse(stdout);
  }

  const report = async (key: string) => call(`${stack.info.gateway_url}/appliances/keys`, { key });

  beforeAll(async () => {
    stack = await startStack({
      replicas: { orders: 2 },
      env: { ORDER_TTL_SECONDS: String(ttlSeconds), RATE_LIMIT_REQUESTS: '100000', REPLY_WAIT_MS: '500' },
    });
    keysDir = join(stack.info.state_dir, 'secrets/order-keys');
    stolen = openPrivateKey(readFileSync(join(keysDir, readdirSync(keysDir)[0]!), 'utf8'));
    boxes = await Promise.all(Array.from({ length: 6 }, (_, n) => startBox(n < 2)));
  });
  afterAll(async () => {
    await Promise.allSettled(boxes.map((box) => box.stop()));
    await stack?.stop();
    rmSync(state, { recursive: true });
  });

  it('refuses no valid order, and every order under the old key afterwards', { timeout: 90_000 }, async () => {
    await until('the load runs', () => boxes.every((box) => box.orders.length >= 2));
    const rotation = await keys('rotate', '--wait');
    const signedBy = (keyId: string) =>
      boxes.flatMap((box) => box.orders).filter((order) => order.key_id === keyId).length;
    const before = signedBy(rotation.key_id);
    await until('the new key goes on signing', () => signedBy(rotation.key_id) >= before + 12);
    await Promise.all(boxes.map((box) => box.stop()));

    const outcomes = boxes.flatMap((box) => Object.entries(box.outcomes));
    expect(outcomes.filter(([outcome]) => outcome !== 'executed')).toEqual([]);
    expect(signedBy(stolen.keyId)).toBeGreaterThan(12);
    expect(signedBy(stolen.keyId) + signedBy(rotation.key_id)).toBe(boxes.flatMap((box) => box.orders).length);

    await Promise.all(boxes.map((one) => one.client.checkIn()));
    const [box] = boxes as [WorkingBox];
    const genuine = box.orders.find((order) => order.key_id === stolen.keyId)!;
    expect(await box.client.verify(genuine)).toMatchObject({ ok: false, refusal: { code: 'UNKNOWN_KEY' } });
    // Whoever has the old private key signs what is fresh in every respect but the key.
    const { signed_payload: _text, signature: _signature, key_id: _keyId, ...fields } = box.orders.at(-1)!;
    const now = Date.now();
    const times = { issued_at: new Date(now).toISOString(), expires_at: new Date(now + 10_000).toISOString() };
    const forged = signOrder({ ...fields, ...times, order_id: 'f'.repeat(16), nonce: newNonce() }, stolen);
    expect(await box.client.handleOrder(forged)).toMatchObject({
      status: 'refused',
      verdict: { error: 'UNKNOWN_KEY' },
    });
    expect(rotation.removed_files).toHaveLength(1);
  });

  it('shows administrators, and nobody else, which appliance knows which key', async () => {
    const { status, body } = await report(stack.info.admin_key);
    expect(status).toBe(200);
    expect(body.keys).toMatchObject([
      { key_id: stolen.keyId, state: 'retired' },
      { state: 'signing', is_held: true, known_by: boxes.length },
    ]);
    expect(body.appliances).toEqual({ alive: boxes.length, unreported: 0, behind: 0, foreign: 0 });
    expect(body.diverging).toEqual([]);
    const refused = await report(stack.applianceKey);
    expect([refused.status, refused.body.required_scope]).toEqual([403, 'keys:manage']);
    expect(await keys('status')).toMatchObject({ keys: [{ state: 'retired' }, { state: 'signing' }] });
  });

  it('drops a stolen key at once when it is told so', { timeout: 60_000 }, async () => {
    const began = performance.now();
    const { key_id, report: after } = await keys('rotate', '--compromised');
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(after.keys.map((key: Json) => key.state)).toEqual(['retired', 'retired', 'signing']);
    const [box] = boxes as [WorkingBox];
    // The other replica may have read the keys a moment before, and knows for five seconds at most what it read.
    const told = await until(
      'nobody is told the stolen key any more',
      async () => {
        const { server_public_keys } = await box.client.checkIn();
        return server_public_keys.length === 1 && server_public_keys;
      },
      6_000,
    );
    expect(told).toEqual([after.keys.at(-1).public_key]);
    expect(after.keys.at(-1).key_id).toBe(key_id);
  });
});
