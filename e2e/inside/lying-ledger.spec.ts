import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApplianceClient } from '@countersign/appliance';
import type { WitnessAnswer } from '@countersign/shared/contracts';
import { canonicalString, nodeEd25519 } from '@countersign/shared/crypto';
import { type Checkpoint, parseCheckpoint, parseNote, signCheckpoint } from '@countersign/shared/ledger';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createSiteKey } from '../harness/api-keys.ts';
import { enrolBox, newSiteId } from '../harness/box.ts';
import type { Json } from '../harness/call.ts';
import { type Database, openDatabase } from '../harness/database.ts';
import { until } from '../harness/until.ts';

const system = inject('system');
const gatewayUrl = system.gatewayUrls[0]!;
const folder = mkdtempSync(join(tmpdir(), 'countersign-lies-'));
type Lie = (shown: WitnessAnswer) => WitnessAnswer;

/** Stands between a box and the gateway, and passes everything on but what it lies about. */
async function startProxy() {
  const way: { lie: Lie | undefined } = { lie: undefined };
  async function passOn(url: string, method: string, headers: Record<string, string>, body: Buffer): Promise<Response> {
    const response = await fetch(gatewayUrl + url, { method, headers, ...(method === 'POST' && { body }) });
    if (url !== '/checkin' || response.status !== 200) return response;
    const answer = (await response.json()) as Json;
    return Response.json(way.lie ? { ...answer, ledger: way.lie(answer.ledger) } : answer);
  }
  const server = createServer((request, response) => {
    void (async () => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      const passed = ['authorization', 'content-type', 'idempotency-key'].flatMap((name) => {
        const value = request.headers[name];
        return typeof value === 'string' ? [[name, value]] : [];
      });
      const answer = await passOn(request.url!, request.method!, Object.fromEntries(passed), Buffer.concat(pieces));
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
      response.end(Buffer.from(await answer.arrayBuffer()));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, way, stop: () => new Promise((resolve) => server.close(resolve)) };
}

describe('a server that shows one box a second history under the real ledger key', () => {
  const { databaseUrl, stateDir } = inject('inside');
  const realKey = nodeEd25519.createSigner(
    readFileSync(join(stateDir, 'secrets', 'ledger-signing-key'), 'utf8').trim(),
  );
  const open = (note: string) => parseCheckpoint(parseNote(note).text);
  const resign = (note: string, changes: Partial<Checkpoint>) => signCheckpoint({ ...open(note), ...changes }, realKey);
  const otherRoot = () => new Uint8Array(randomBytes(32));
  let database: Database;
  let proxy: Awaited<ReturnType<typeof startProxy>>;

  beforeAll(() => (database = openDatabase(databaseUrl)));
  beforeEach(async () => (proxy = await startProxy()));
  afterEach(() => proxy.stop());
  afterAll(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });

  it.each<[string, string, (seen: number) => Lie]>([
    [
      'of the size that it has seen',
      'SPLIT_VIEW',
      (size) => (shown) => ({
        ...shown,
        checkpoint: resign(shown.checkpoint!, { size, root: otherRoot() }),
        consistency: [],
      }),
    ],
    [
      'that is longer',
      'BAD_PROOF',
      (size) => (shown) => ({
        ...shown,
        checkpoint: resign(shown.checkpoint!, { size: size + 5, root: otherRoot() }),
        consistency: [randomBytes(32).toString('base64')],
      }),
    ],
  ])('%s is refused, and caught in the ledger that it hides', async (_, reason, lieAt) => {
    const siteId = newSiteId();
    const { key: apiKey } = await createSiteKey(system, siteId);
    const state = join(folder, siteId);
    const box = await createApplianceClient({
      gatewayUrl: proxy.url,
      apiKey,
      siteId,
      hostId: 'box-1',
      stateDir: state,
    });
    await enrolBox(system); // so that there is a ledger
    await until('the box has seen the ledger', async () => (await box.checkIn()).witness.size > 0);
    const { size } = box.witness();

    proxy.way.lie = lieAt(size);
    expect((await box.checkIn()).witness).toMatchObject({
      status: 'refusing',
      size,
      refusals: [{ reason, isDelivered: true }],
    });
    await box.checkIn();

    const incidents = await until('a person is called', async () => {
      const sql = 'select incident_type, severity, status from runbooks.incidents where site_id = $1';
      const rows = await database.rows<Json>(sql, [siteId]);
      return rows.length > 0 && rows.every(({ status }) => status === 'escalated') && rows;
    });
    expect(incidents).toEqual([{ incident_type: 'ledger_split_view', severity: 'critical', status: 'escalated' }]);
    const [bundle] = await until('the refusal is recorded', async () => {
      const rows = await database.rows<{ document: string }>(
        'select document from evidence.bundles where site_id = $1',
        [siteId],
      );
      return rows.length > 0 && rows;
    });
    const { outcome, post_state }: Json = JSON.parse(bundle!.document);
    expect(outcome).toBe('rejected');
    const { refusal, refusal_signature, public_key } = post_state;
    expect(nodeEd25519.verify(canonicalString(refusal), refusal_signature, public_key)).toBe(true);
    // Two checkpoints under one key that cannot both be true: that is the proof, and it needs nobody's word.
    const [seen, shown] = [open(refusal.seen_checkpoint), open(refusal.shown_checkpoint)];
    expect([seen.size, refusal.reason, public_key]).toEqual([size, reason, box.publicKey]);
    expect(shown.size >= seen.size && !Buffer.from(shown.root).equals(seen.root)).toBe(true);
  });
});
