import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkInRequest, evidenceRequest, incidentRequest } from '@countersign/shared/contracts';
import { evidenceSignedTextOfJson, nodeEd25519 } from '@countersign/shared/crypto';
import { newId } from '@countersign/shared/kernel';
import { createSampleLedger, ledgerKey, type SampleLedger } from '../testing/sample-ledger.ts';
import { anOrder, server as orderServer } from '../testing/sample-order.ts';
import type { ShownLedger } from '../witness/read-answer.ts';
import { createApplianceClient } from './create-appliance-client.ts';

type Body = Record<string, unknown>;

/** What the server does to one box; all else is as a gateway does it. */
interface Lies {
  ledger: (seenSize: number) => Promise<ShownLedger | null>;
  /** Status of what it answers to reports and evidence. */
  desk: number;
}

const root = mkdtempSync(join(tmpdir(), 'countersign-lies-'));
afterAll(() => rmSync(root, { recursive: true }));

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** A gateway of its own, over real HTTP, with the real ledger key. */
async function startLyingServer(lies: Lies) {
  const seen = { checkIns: [] as Body[], evidence: [] as string[], incidents: [] as Body[] };
  const now = () => new Date().toISOString();
  const answers: Record<string, (text: string) => Promise<[number, unknown]> | [number, unknown]> = {
    'GET /ledger/key': () => [200, `${ledgerKey}\n`],
    async 'POST /checkin'(text) {
      const body = checkInRequest.parse(JSON.parse(text));
      seen.checkIns.push(body);
      const ledger = body.ledger ? await lies.ledger(body.ledger.seen_size) : null;
      const keys = { server_public_key: orderServer.publicKey, server_public_keys: [orderServer.publicKey] };
      return [200, { status: 'ok', action: 'updated', timestamp: now(), ...keys, pending_orders: [], ledger }];
    },
    'POST /evidence'(text) {
      seen.evidence.push(text);
      const { bundle_id } = JSON.parse(text) as Body;
      return [lies.desk, { status: 'received', bundle_id, evidence_id: newId(), s3_uri: null, timestamp: now() }];
    },
    'POST /incidents'(text) {
      seen.incidents.push(JSON.parse(text) as Body);
      const nothing = { order_id: null, runbook_id: null };
      return [
        lies.desk,
        { status: 'received', incident_id: newId(), resolution_tier: 'L3', ...nothing, timestamp: now() },
      ];
    },
    'POST /orders/acknowledge': (text) => [
      200,
      { ...(JSON.parse(text) as Body), status: 'acknowledged', timestamp: now() },
    ],
  };
  const server: Server = createServer((request, response) => {
    void (async () => {
      const answer = answers[`${request.method} ${request.url}`];
      const [status, body] = (await answer?.(await readBody(request))) ?? [404, {}];
      const isText = typeof body === 'string';
      response.writeHead(status, { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json' });
      response.end(isText ? body : JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, seen, stop: () => new Promise((resolve) => server.close(resolve)) };
}

let honest: SampleLedger;
let forked: SampleLedger;
let lies: Lies;
let server: Awaited<ReturnType<typeof startLyingServer>>;
let boxes = 0;

beforeEach(async () => {
  honest = createSampleLedger();
  honest.grow(20);
  forked = honest.fork();
  honest.grow(13);
  forked.grow(13, 'rewritten');
  lies = { ledger: honest.answer, desk: 200 };
  server = await startLyingServer(lies);
  boxes += 1;
});
afterEach(() => server.stop());

const openBox = () =>
  createApplianceClient({
    gatewayUrl: server.url,
    apiKey: 'csk_box',
    siteId: 'clinic-7',
    hostId: 'box-1',
    stateDir: join(root, String(boxes)),
    wait: async () => undefined,
  });

const none = { cosignature: 'none' } as const;
const tales: [string, string, () => Lies['ledger']][] = [
  [
    'a second history of the same size',
    'SPLIT_VIEW',
    () => async (seen) => ({
      checkpoint: forked.checkpoint(seen),
      consistency: [],
      ...none,
    }),
  ],
  [
    'a longer second history',
    'BAD_PROOF',
    () => {
      forked.grow(9);
      return forked.answer;
    },
  ],
  [
    'an older head',
    'ROLLED_BACK',
    () => async () => ({ checkpoint: honest.checkpoint(20), consistency: null, ...none }),
  ],
  ['nothing any more', 'ROLLED_BACK', () => async () => ({ checkpoint: null, consistency: null, ...none })],
  [
    'a bad proof',
    'BAD_PROOF',
    () => async () => {
      honest.grow(9);
      return { checkpoint: honest.checkpoint(), consistency: await honest.consistency(19), ...none };
    },
  ],
];

describe('a box before a lying server', () => {
  it.each(tales)('refuses %s, says so signed, calls a person once, and goes on working', async (_, reason, lie) => {
    const box = await openBox();
    expect((await box.checkIn()).witness).toMatchObject({ status: 'watching', size: 33, ledgerKey });
    lies.ledger = lie();
    const told = await box.checkIn();
    expect(told.witness).toMatchObject({ status: 'refusing', size: 33, refusals: [{ reason, isDelivered: true }] });
    await box.checkIn();
    expect((await openBox()).witness()).toMatchObject({ status: 'refusing', size: 33 });

    expect(server.seen.incidents).toHaveLength(1);
    expect(incidentRequest.parse(server.seen.incidents[0])).toMatchObject({
      site_id: 'clinic-7',
      host_id: 'box-1',
      incident_type: 'ledger_split_view',
      severity: 'critical',
      details: { reason, seen_size: 33 },
    });
    expect(server.seen.evidence).toHaveLength(1);
    const text = server.seen.evidence[0]!;
    const bundle = evidenceRequest.parse(JSON.parse(text));
    expect(bundle).toMatchObject({
      outcome: 'rejected',
      check_type: 'ledger:split-view',
      post_state: { refusal: { kind: 'ledger-refusal', reason, seen_checkpoint: honest.checkpoint(33) } },
    });
    expect(nodeEd25519.verify(evidenceSignedTextOfJson(text), bundle.signature!, box.publicKey)).toBe(true);
    // What it goes on to say of the ledger is what it had verified before.
    expect(server.seen.checkIns.at(-1)).toMatchObject({ ledger: { seen_size: 33 } });

    const fresh = { issued_at: new Date().toISOString(), expires_at: new Date(Date.now() + 900_000).toISOString() };
    expect(await box.verify(anOrder(fresh))).toMatchObject({ ok: true });
  });

  it('that takes no report either goes on refusing, says that a refusal waits, and hands it in later', async () => {
    const box = await openBox();
    await box.checkIn();
    lies.ledger = forked.answer;
    lies.desk = 503;
    expect((await box.checkIn()).witness.refusals).toMatchObject([{ isDelivered: false }]);
    const before = server.seen.evidence[0];
    lies.desk = 200;
    expect((await (await openBox()).checkIn()).witness.refusals).toMatchObject([{ isDelivered: true }]);
    expect(server.seen.evidence.at(-1)).toBe(before);
  });

  it('that says nothing of the ledger checks in as ever', async () => {
    lies.ledger = async () => null;
    const box = await openBox();
    expect(await box.checkIn()).toMatchObject({ action: 'updated', witness: { status: 'waiting', size: 0 } });
  });
});
