import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createKey, createSiteKey } from './harness/api-keys.ts';
import { type Box, enrolBox } from './harness/box.ts';
import { expectTraceable, problemOf } from './harness/expect-answer.ts';
import { type Ledger, openLedger } from './harness/ledger.ts';

const system = inject('system');
const [first, second = first] = system.gatewayUrls;
const day = 86_400_000;
const now = Date.now();
const range = { from: new Date(now - day).toISOString(), to: new Date(now + day).toISOString() };
/** Together more than the buffers between evidence and reader hold. */
const bundles = 40;
const padding = 'x'.repeat(200_000);

describe("the auditor's kit as a download", () => {
  let box: Box;
  let ledger: Ledger;
  let operator: string;

  beforeAll(async () => {
    [box, ledger] = [await enrolBox(system), await openLedger(system)];
    operator = (await createKey(system, 'operator')).key;
    const submitted = Array.from({ length: bundles }, (_, n) =>
      box.bundle({ bundle_id: `large-${n}`, actions_taken: [{ step: 1, output: padding }] }),
    );
    for (const bundle of submitted) {
      const { status, text } = await box.send('/evidence', { body: box.sign(bundle) });
      expect(status, text).toBe(200);
    }
    for (const { bundle_id } of submitted) await ledger.untilProven(`/evidence/${box.siteId}/${bundle_id}`);
  }, 90_000);

  const pathOf = (more: Record<string, string> = {}, siteId = box.siteId) =>
    `/evidence/${siteId}/kit?${new URLSearchParams({ ...range, ...more }).toString()}`;
  const read = (more: Record<string, string> = {}, key = operator, siteId = box.siteId) =>
    ledger.read(pathOf(more, siteId), key);

  async function download(head: string, base = first!): Promise<Buffer> {
    const answer = await fetch(base + pathOf({ head }), { headers: { authorization: `Bearer ${operator}` } });
    expect(answer.status).toBe(200);
    return Buffer.from(await answer.arrayBuffer());
  }

  /** A reader who takes what he wants, when he wants. */
  async function open(head: string): Promise<IncomingMessage> {
    const request = get(first! + pathOf({ head }), { agent: false, headers: { authorization: `Bearer ${operator}` } });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    return answer;
  }

  const newest = async () => String((await ledger.head()).size);

  it('is a ZIP with a name, and the same through every gateway for the same head', async () => {
    const head = await newest();
    const [one, two] = await Promise.all([download(head), download(head, second)]);
    expect(one.equals(two)).toBe(true);
    expect(one.length).toBeGreaterThan(bundles * padding.length);
    expect(one.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    const { headers, status } = await open(head).then((answer) => {
      answer.destroy();
      return { headers: new Headers(answer.headers as Record<string, string>), status: answer.statusCode! };
    });
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="countersign-${box.siteId}-${range.from.slice(0, 10)}-${range.to.slice(0, 10)}.zip"`,
      'cache-control': 'no-store',
    });
    expectTraceable({ headers, status, text: '', body: undefined });
  });

  it('reaches a slow reader whole', async () => {
    const head = await newest();
    const pieces: Buffer[] = [];
    let pauses = 0;
    for await (const piece of await open(head)) {
      pieces.push(piece as Buffer);
      if (pieces.length % 10 === 1 && (pauses += 1) <= 20) await delay(100);
    }
    expect(pauses).toBeGreaterThan(10);
    expect(Buffer.concat(pieces).equals(await download(head))).toBe(true);
  });

  it('that somebody stops reading for a while keeps nobody else waiting', async () => {
    const head = await newest();
    const stalled = await open(head);
    await once(stalled, 'readable');
    const begun = performance.now();
    const whole = await download(head);
    expect(performance.now() - begun).toBeLessThan(15_000);
    const pieces: Buffer[] = [];
    for await (const piece of stalled) pieces.push(piece as Buffer);
    expect(Buffer.concat(pieces).equals(whole)).toBe(true);
  });

  it('that a reader breaks off in the middle holds nobody up, however often', async () => {
    const head = await newest();
    for (let n = 0; n < 6; n += 1) {
      const answer = await open(head);
      await once(answer, 'readable');
      expect(answer.read()).not.toBeNull();
      answer.destroy();
    }
    const begun = performance.now();
    expect((await download(head)).length).toBeGreaterThan(bundles * padding.length);
    // A reader of whom nothing is known would be waited for half a minute, and few kits are on their way at a time.
    expect(performance.now() - begun).toBeLessThan(15_000);
  });

  it('is for operators, auditors and administrators of the site', async () => {
    const { siteId } = box;
    const neighbour = (await enrolBox(system)).siteId;
    const [appliance, auditor, strange, foreign] = await Promise.all([
      createSiteKey(system, siteId),
      createKey(system, 'auditor', siteId),
      createKey(system, 'auditor', neighbour),
      createKey(system, 'operator', neighbour),
    ]);
    expect(problemOf(await read({}, appliance.key))).toEqual([403, 'AUTH.SCOPE_MISSING']);
    for (const { key } of [strange, foreign])
      expect(problemOf(await read({}, key))).toEqual([403, 'AUTH.SITE_FORBIDDEN']);
    expect(problemOf(await ledger.read(pathOf(), 'no such key'))[0]).toBe(401);
    for (const key of [auditor.key, system.adminKey]) expect((await read({}, key)).status).toBe(200);
  });

  it('of a site that nobody knows, or of a head that is not there, is a problem and not an empty kit', async () => {
    expect(problemOf(await read({}, operator, `${box.siteId}x`))).toEqual([404, 'LEDGER.NOT_FOUND']);
    expect(problemOf(await read({ head: '99999999' }))).toEqual([400, 'LEDGER.BEYOND_HEAD']);
    for (const head of ['0', '-1', '1.5', 'newest']) {
      expect(problemOf(await read({ head }))).toEqual([400, 'REQUEST.INVALID']);
    }
  });

  it('of a range that is none is a problem that names the field', async () => {
    const kit = `/evidence/${box.siteId}/kit`;
    const backwards = await read({ from: range.to, to: range.from });
    expect(problemOf(backwards)).toEqual([400, 'REQUEST.INVALID']);
    expect(backwards.body.errors).toMatchObject([{ field: 'to' }]);
    expect(problemOf(await read({ to: range.from }))).toEqual([400, 'REQUEST.INVALID']);
    expect(problemOf(await read({ from: 'yesterday' }))).toEqual([400, 'REQUEST.INVALID']);
    const bare = await ledger.read(kit, operator);
    expect(problemOf(bare)).toEqual([400, 'REQUEST.INVALID']);
    expect(bare.body.errors).toMatchObject([{ field: 'from' }, { field: 'to' }]);
  });
});
