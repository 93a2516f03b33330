import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApplianceClient, createApplianceClient } from '@countersign/appliance';
import { checkInResponse, type WitnessAnswer, type WitnessReport } from '@countersign/shared/contracts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createSiteKey } from './harness/api-keys.ts';
import { enrolBox, newSiteId } from './harness/box.ts';
import { call, type Json } from './harness/call.ts';
import { until } from './harness/until.ts';
import { openSignedNote, parseVkey, verifyConsistency, verifyCosignature } from './independent/index.ts';

const system = inject('system');
const gatewayUrl = system.gatewayUrls[0]!;
const folder = mkdtempSync(join(tmpdir(), 'countersign-witness-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What one check-in of a box said of the ledger, and was shown. */
interface Exchange {
  said: WitnessReport | undefined;
  shown: WitnessAnswer | null;
}

/** The reference appliance against the real system, with somebody on the way who may lie. */
async function openWatcher(siteId = newSiteId()) {
  const { key } = await createSiteKey(system, siteId);
  const exchanges: Exchange[] = [];
  const way: { lie?: (shown: WitnessAnswer) => WitnessAnswer } = {};
  const lyingFetch: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (typeof input !== 'string' || !input.endsWith('/checkin') || response.status !== 200) return response;
    const answer = (await response.json()) as Json;
    const shown = answer.ledger as WitnessAnswer | null;
    exchanges.push({ said: JSON.parse(init!.body as string).ledger, shown });
    const told = shown !== null && way.lie ? way.lie(shown) : shown;
    return Response.json({ ...answer, ledger: told }, { headers: response.headers });
  };
  const stateDir = join(folder, siteId);
  const settings = { gatewayUrl, apiKey: key, siteId, hostId: 'box-1', stateDir, allowPlainHttp: true };
  const box = await createApplianceClient({ ...settings, fetch: lyingFetch });
  return { siteId, key, box, stateDir, exchanges, way, last: () => exchanges.at(-1)! };
}
type Watcher = Awaited<ReturnType<typeof openWatcher>>;

/** Checks in until the ledger has shown the box something larger than before. */
const watchMore = async (watcher: Watcher, size = watcher.box.witness().size) =>
  until('the ledger grows', async () => (await watcher.box.checkIn()).witness.size > size && watcher.last());
/** A new thing for the ledger, of a site of its own. */
const makeHistory = () => enrolBox(system);
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
const sizeOf = (note: string) => Number(note.split('\n')[1]);
const rootOf = (note: string) => bytesOf(note.split('\n')[2]!);

describe('an appliance that watches the ledger', () => {
  let watcher: Watcher;
  let ledgerKey: string;

  beforeAll(async () => {
    await makeHistory();
    const key = await call(`${gatewayUrl}/ledger/key`);
    expect(key.status, key.text).toBe(200);
    ledgerKey = key.text.trim();
    watcher = await openWatcher();
    await watchMore(watcher);
  });

  it('is shown checkpoints that another implementation verifies, each with the proof from the last one', async () => {
    await makeHistory();
    const before = watcher.last().shown!.checkpoint!;
    const { said, shown } = await watchMore(watcher);
    expect(said!.seen_size).toBe(sizeOf(before));
    const note = shown!.checkpoint!;
    await openSignedNote(note, [await parseVkey(ledgerKey)]);
    await verifyConsistency({
      from: sizeOf(before),
      to: sizeOf(note),
      fromRoot: rootOf(before),
      toRoot: rootOf(note),
      proof: shown!.consistency!.map(bytesOf),
    });
  });

  it('returns its cosignature with the next check-in, and the ledger keeps it', async () => {
    await makeHistory();
    const note = (await watchMore(watcher)).shown!.checkpoint!;
    await watcher.box.checkIn();
    const { said, shown } = watcher.last();
    expect(said!.seen_size).toBe(sizeOf(note));
    expect(shown!.cosignature).toBe('kept');
    const publicKey = new Uint8Array(Buffer.from(watcher.box.publicKey, 'hex'));
    const name = `witness.countersign.invalid/${createHash('sha256').update(publicKey).digest('hex').slice(0, 16)}`;
    const text = note.slice(0, note.indexOf('\n\n') + 1);
    const time = await verifyCosignature(said!.cosignature!, text, name, publicKey);
    expect(Math.abs(Number(time) - Date.now() / 1_000)).toBeLessThan(60);
  });

  it('whose cosignature is none is refused that, and checked in', async () => {
    const { siteId, key } = watcher;
    const ledger = { seen_size: watcher.box.witness().size, cosignature: '— nobody AAAA\n' };
    const body = { site_id: siteId, host_id: 'box-2', ledger };
    const answer = await call(`${gatewayUrl}/checkin`, { key, body });
    expect(answer.status, answer.text).toBe(200);
    expect(checkInResponse.parse(answer.body).ledger).toMatchObject({ cosignature: 'refused' });
  });

  it.each<[string, (shown: WitnessAnswer, first: string) => WitnessAnswer, string]>([
    ['an older head', (shown, first) => ({ ...shown, checkpoint: first, consistency: null }), 'ROLLED_BACK'],
    ['nothing any more', (shown) => ({ ...shown, checkpoint: null, consistency: null }), 'ROLLED_BACK'],
    [
      'a growth that is not proved',
      (shown) => ({ ...shown, consistency: [randomBytes(32).toString('base64')] }),
      'BAD_PROOF',
    ],
    [
      'a root that nobody signed',
      ({ checkpoint, ...shown }) => {
        const other = checkpoint!.split('\n').with(2, randomBytes(32).toString('base64')).join('\n');
        return { ...shown, checkpoint: other };
      },
      'BAD_SIGNATURE',
    ],
  ])('that is shown %s refuses it, and a person is called', async (_, lie, reason) => {
    const lied = await openWatcher();
    const first = (await watchMore(lied)).shown!.checkpoint!;
    await makeHistory();
    await watchMore(lied);
    const { size } = lied.box.witness();
    // Something larger than what it has seen is published before it is lied to.
    await makeHistory();
    await until('the ledger has grown', async () => (await watcher.box.checkIn()).witness.size > size);
    lied.way.lie = (shown) => lie(shown, first);
    expect((await lied.box.checkIn()).witness).toMatchObject({
      status: 'refusing',
      size,
      refusals: [{ reason, seenSize: size, isDelivered: true }],
    });
    await lied.box.checkIn();
    await expectToldOnce(lied, reason);

    delete lied.way.lie;
    expect((await lied.box.checkIn()).witness.status).toBe('watching');
    expect(lied.box.witness().size).toBeGreaterThan(size);
    await expectStillWorking(lied.box);
  });
});

/** The signed refusal is evidence of the site, and the critical incident is with a person and in the ledger. */
async function expectToldOnce({ siteId, key, stateDir }: Watcher, reason: string): Promise<void> {
  const refusals = join(stateDir, 'witness', 'refusals');
  const files = readdirSync(refusals);
  expect(files).toHaveLength(1);
  const kept: Json = JSON.parse(readFileSync(join(refusals, files[0]!), 'utf8'));
  const bundle: Json = JSON.parse(kept.evidence);
  const evidence = await until('the refusal is sealed', async () => {
    const { body } = await call(`${gatewayUrl}/evidence/${siteId}`, { key });
    return (body.evidence as Json[]).length > 0 && body.evidence.every((one: Json) => one.sealed_at) && body.evidence;
  });
  expect(evidence).toMatchObject([
    { bundle_id: bundle.bundle_id, check_type: 'ledger:split-view', outcome: 'rejected' },
  ]);

  // A repeat under its idempotency key is answered as the first time.
  const report = { site_id: siteId, host_id: 'box-1', ...kept.incident };
  const headers = { 'idempotency-key': kept.incidentKey };
  const decided = await until('the incident is with a person', async () => {
    const { body } = await call(`${gatewayUrl}/incidents`, { key, headers, body: report });
    return body.resolution_tier === 'L3' && body;
  });
  expect(decided).toMatchObject({ order_id: null, runbook_id: null });
  const proof = await until('the incident is in the ledger', async () => {
    const answer = await call(`${gatewayUrl}/incidents/${siteId}/${decided.incident_id}/proof`, { key });
    return answer.status === 200 && answer;
  });
  expect(JSON.parse(proof.body.leaf).data).toMatchObject({
    incident_type: 'ledger_split_view',
    severity: 'critical',
    details: { reason, bundle_id: bundle.bundle_id },
  });
}

/** Orders are issued, verified and carried out whatever became of the ledger. */
async function expectStillWorking(box: ApplianceClient): Promise<void> {
  const { incident_id } = await box.reportIncident({ incident_type: 'backup_failed', severity: 'high' });
  const order = await until('the order', async () =>
    ((await box.pollOrders()) as Json[] | undefined)?.find((one) => one.incident_id === incident_id),
  );
  expect(await box.handleOrder(order)).toMatchObject({ status: 'executed', verdict: { outcome: 'success' } });
}
