import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Box, enrolBox, newSiteId } from './harness/box.ts';
import type { Json } from './harness/call.ts';
import { enrolNewBox } from './harness/enrol.ts';
import { type Ledger, openLedger } from './harness/ledger.ts';
import { callsOf } from './harness/site-calls.ts';
import { walkIncident, type WalkedIncident } from './harness/walk-incident.ts';

const system = inject('system');
const verifier = fileURLToPath(new URL('../services/evidence/dist/verify.bundle.js', import.meta.url));
const command = fileURLToPath(new URL('../tools/kit/main.ts', import.meta.url));
const run = promisify(execFile);
const day = 86_400_000;

describe("the auditor's kit", () => {
  let folder: string;
  let box: Box;
  let ledger: Ledger;
  let ledgerKey: string;
  let walked: WalkedIncident[];
  let range: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-e2e-kit-'));
    [box, ledger] = [await enrolBox(system), await openLedger(system)];
    ledgerKey = (await ledger.read('/ledger/key')).text.trim();
    const now = Date.now();
    range = `from=${new Date(now - day).toISOString()}&to=${new Date(now + day).toISOString()}`;
    walked = [await walkIncident(box), await walkIncident(box, { incident_type: 'disk_full', check_type: 'disk' })];
    for (const { evidence } of walked) await ledger.untilProven(`/evidence/${box.siteId}/${evidence.bundle_id}`);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function download(more = '', gateway = 0, siteId = box.siteId): Promise<Buffer> {
    const path = `/evidence/${siteId}/kit?${range}${more}`;
    const url = system.gatewayUrls[gateway % system.gatewayUrls.length]! + path;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${system.adminKey}` } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
    return Buffer.from(await answer.arrayBuffer());
  }

  async function verify(kit: Buffer): Promise<{ code: number; verdict: Json }> {
    const file = join(folder, 'kit.zip');
    await writeFile(file, kit);
    const args = [verifier, file, '--json', '--ledger-key', ledgerKey];
    const { code, stdout } = await run(process.execPath, args, { maxBuffer: 2 ** 28 }).then(
      (answer) => ({ code: 0, ...answer }),
      (error: unknown) => error as { code: number; stdout: string },
    );
    return { code, verdict: JSON.parse(stdout) };
  }

  it('proves a remediation from its report to its sealed evidence, offline, by the key that the system publishes', async () => {
    const { code, verdict } = await verify(await download());
    expect(verdict.checks.flatMap(({ problems }: Json) => problems)).toEqual([]);
    expect([code, verdict.outcome]).toEqual([0, 'holds']);
    expect(verdict.kit).toMatchObject({ site_id: box.siteId, orders: 2, bundles: 2 });
    expect(verdict.gaps.filter((gap: string) => gap.includes('order') || gap.includes('position'))).toEqual([]);
  });

  it('proves what a box did that enrolled, and what the one did that took its place', async () => {
    const siteId = newSiteId();
    const site = callsOf(system.gatewayUrls[0]!, siteId);
    const bundles: string[] = [];
    for (const incident_type of ['backup_failed', 'disk_full']) {
      const enrolled = await enrolNewBox(system, siteId);
      await site.checkIn(enrolled.key, { public_key: enrolled.signer.publicKey });
      const { order_id } = (await site.incident(enrolled.key, { incident_type })).body;
      expect((await site.polled(enrolled.key)).map((order) => order.order_id)).toEqual([order_id]);
      await site.acknowledge(enrolled.key, order_id);
      const bundle = site.bundle(enrolled, { order_id });
      expect((await site.send('/evidence', { key: enrolled.key, body: bundle })).status).toBe(200);
      bundles.push(bundle.bundle_id);
    }
    for (const bundle of bundles) await ledger.untilProven(`/evidence/${siteId}/${bundle}`);
    const { code, verdict } = await verify(await download('', 0, siteId));
    expect(verdict.checks.flatMap(({ problems }: Json) => problems)).toEqual([]);
    expect([code, verdict.kit]).toMatchObject([0, { site_id: siteId, orders: 2, bundles: 2 }]);
  });

  it('is the same from any gateway, while the ledger grows', async () => {
    const { size } = await ledger.head();
    const first = await download(`&head=${size}`);
    await walkIncident(box, { incident_type: 'certificate_expiring' });
    const second = await download(`&head=${size}`, 1);
    expect(Buffer.compare(first, second)).toBe(0);
    expect(first.includes(walked[0]!.orderId)).toBe(true);
  });

  it('is fetched and verified by a command, which leaves no file when there is no kit', async () => {
    const file = join(folder, 'fetched.zip');
    const [from, to] = [...new URLSearchParams(range).values()] as [string, string];
    const where = ['--url', system.gatewayUrls[0]!, '--key', system.adminKey];
    const fetchKit = (site: string, ...more: string[]) =>
      run(process.execPath, [command, '--site', site, '--from', from, '--to', to, '--out', file, ...where, ...more]);
    const { stdout, stderr } = await fetchKit(box.siteId);
    expect(stdout).toMatch(/^The kit holds: .*fetched\.zip/);
    expect(stderr).toMatch(/is being made\n.* MiB received\n.*verified\n/);
    expect((await verify(await readFile(file))).code).toBe(0);
    await rm(file);
    const json = await fetchKit(box.siteId, '--json', '--ledger-key', ledgerKey);
    expect(json.stderr).toBe('');
    expect(JSON.parse(json.stdout)).toMatchObject({ outcome: 'holds', key: { known_from_elsewhere: true } });
    await rm(file);
    await expect(fetchKit(`${box.siteId}x`)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no kit: 404 LEDGER.NOT_FOUND') as string,
    });
    expect((await readdir(folder)).filter((name) => name.startsWith('fetched'))).toEqual([]);
  });

  it('with one byte changed does not hold', async () => {
    const kit = await download();
    kit[Math.floor(kit.length / 3)]! ^= 1;
    expect(await verify(kit)).toMatchObject({ code: 1, verdict: { outcome: 'fails' } });
  });
});
