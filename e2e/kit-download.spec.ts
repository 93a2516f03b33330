import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type Box, enrolBox } from './harness/box.ts';
import { expectTraceable, problemOf } from './harness/expect-answer.ts';
import { until } from './harness/until.ts';

const system = inject('system');
const [first, second = first] = system.gatewayUrls;
const day = 86_400_000;
const queryOf = (fields: Record<string, string>): string => `?${new URLSearchParams(fields).toString()}`;
let box: Box;
let range: { from: string; to: string };

beforeAll(async () => {
  box = await enrolBox(system);
  const { evidence_id } = (await box.send('/evidence', { body: box.sign(box.bundle()) })).body;
  expect(evidence_id).toBeDefined();
  await until('the bundle is in the ledger', async () => {
    const { body } = await box.send(`/evidence/${box.siteId}`);
    return body?.evidence?.[0]?.state === 'ledgered';
  });
  const now = Date.now();
  range = { from: new Date(now - day).toISOString(), to: new Date(now + day).toISOString() };
});

async function download(base: string, query: Record<string, string>) {
  const url = `${base}/evidence/${box.siteId}/kit${queryOf(query)}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${system.adminKey}` } });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe("an auditor's kit over HTTP", () => {
  it('is a ZIP with a name, and the same through every gateway for the same head', async () => {
    const checkpoint = (await box.send('/ledger/checkpoint')).text;
    const head = checkpoint.split('\n')[1]!;
    const [one, two] = await Promise.all([download(first!, { ...range, head }), download(second!, { ...range, head })]);
    expect(one.response.status, one.bytes.toString().slice(0, 500)).toBe(200);
    expect(Object.fromEntries(one.response.headers)).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="countersign-${box.siteId}-${range.from.slice(0, 10)}-${range.to.slice(0, 10)}.zip"`,
      'cache-control': 'no-store',
    });
    expectTraceable({ headers: one.response.headers, status: 200, text: '', body: undefined });
    expect(one.bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    expect(one.bytes.equals(two.bytes)).toBe(true);
  });

  it('of a head that is not there yet, or of no range, is a problem', async () => {
    const kit = `/evidence/${box.siteId}/kit`;
    const beyond = queryOf({ ...range, head: '99999999' });
    expect(problemOf(await box.send(kit + beyond))).toEqual([400, 'LEDGER.BEYOND_HEAD']);
    const backwards = queryOf({ from: range.to, to: range.from });
    for (const bad of ['', backwards, '?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z']) {
      expect(problemOf(await box.send(kit + bad))).toEqual([400, 'REQUEST.INVALID']);
    }
  });
});
