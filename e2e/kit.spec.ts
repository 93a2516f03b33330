import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createKey, createSiteKey } from './harness/api-keys.ts';
import { type Box, enrolBox } from './harness/box.ts';
import type { Json } from './harness/call.ts';
import { problemOf } from './harness/expect-answer.ts';
import { type Ledger, openLedger } from './harness/ledger.ts';
import { walkIncident, type WalkedIncident } from './harness/walk-incident.ts';

const system = inject('system');
const verifier = fileURLToPath(new URL('../services/evidence/dist/verify.bundle.js', import.meta.url));
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

  const path = (more = '') => `/evidence/${box.siteId}/kit?${range}${more}`;

  async function download(more = '', gateway = 0): Promise<Buffer> {
    const url = system.gatewayUrls[gateway % system.gatewayUrls.length]! + path(more);
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

  it('is the same from any gateway, while the ledger grows', async () => {
    const { size } = await ledger.head();
    const first = await download(`&head=${size}`);
    await walkIncident(box, { incident_type: 'certificate_expiring' });
    const second = await download(`&head=${size}`, 1);
    expect(Buffer.compare(first, second)).toBe(0);
    expect(first.includes(walked[0]!.orderId)).toBe(true);
  });

  it('with one byte changed does not hold', async () => {
    const kit = await download();
    kit[Math.floor(kit.length / 3)]! ^= 1;
    expect(await verify(kit)).toMatchObject({ code: 1, verdict: { outcome: 'fails' } });
  });

  it('is for operators and auditors of the site, not for appliances nor for another site', async () => {
    const neighbour = await enrolBox(system);
    const [appliance, auditor, stranger] = [
      await createSiteKey(system, box.siteId),
      await createKey(system, 'auditor', box.siteId),
      await createKey(system, 'auditor', neighbour.siteId),
    ];
    expect((await ledger.read(path(), appliance.key)).status).toBe(403);
    expect((await ledger.read(path(), stranger.key)).status).toBe(403);
    expect((await ledger.read(path(), auditor.key)).status).toBe(200);
  });

  it('is refused for a head that is not there yet, and for a range that is none', async () => {
    const beyond = await ledger.read(path('&head=900000000'));
    expect(problemOf(beyond)).toEqual([400, 'LEDGER.BEYOND_HEAD']);
    const backwards = await ledger.read(
      `/evidence/${box.siteId}/kit?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`,
    );
    expect(problemOf(backwards)).toEqual([400, 'REQUEST.INVALID']);
  });
});
