import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { consistencyResponse } from '@countersign/shared/contracts';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type Box, enrolBox } from './harness/box.ts';
import { call } from './harness/call.ts';
import { type Ledger, openLedger } from './harness/ledger.ts';
import { until } from './harness/until.ts';
import { type WalkedIncident, walkIncident } from './harness/walk-incident.ts';
import {
  type Checkpoint,
  NaiveLog,
  readCheckpoint,
  readEntryBundle,
  readLog,
  rootFromTiles,
  tilePath,
  verifyTlogProof,
  walkLog,
} from './independent/index.ts';

const system = inject('system');

interface Event {
  id: string;
  source: string;
  type: string;
  subject: string;
}

describe('the ledger', () => {
  let ledger: Ledger;
  let box: Box;
  let walked: WalkedIncident;
  let items: { incident: string; order: string; evidence: string };
  const report = (one: Box) => one.incident({ details: { run: randomUUID() } });
  const walk = () => walkLog(ledger.url, ledger.headers, ledger.key);

  beforeAll(async () => {
    ledger = await openLedger(system);
    box = await enrolBox(system);
    walked = await walkIncident(box);
    items = {
      incident: `/incidents/${box.siteId}/${walked.incidentId}`,
      order: `/orders/${box.siteId}/${walked.orderId}`,
      evidence: `/evidence/${box.siteId}/${walked.evidence.bundle_id}`,
    };
  });

  it('proves an incident, its order and its evidence, each as the event that it was', async () => {
    const incident = await ledger.untilProven(items.incident);
    const order = await ledger.untilProven(items.order);
    const evidence = await ledger.untilProven(items.evidence);
    const { incidentId, orderId, evidenceId } = walked;
    expect(incident.event).toMatchObject({ type: 'gateway.incident-reported.v1', data: { incident_id: incidentId } });
    expect(order.event).toMatchObject({ type: 'orders.issued.v1', data: { order_id: orderId } });
    expect(evidence.event).toMatchObject({
      type: 'evidence.recorded.v1',
      data: { evidence_id: evidenceId, bundle_id: walked.evidence.bundle_id, order_id: orderId },
    });
    for (const { event } of [incident, order, evidence]) {
      expect(event).toMatchObject({ specversion: '1.0', subject: box.siteId, data: { site_id: box.siteId } });
    }
    expect([incident.event.traceid, order.event.traceid]).toEqual([walked.traceId, walked.traceId]);
    expect(incident.index).toBeLessThan(evidence.index);
  });

  it('is walked over HTTP: every entry, every tile, and the root that the checkpoint signs', async () => {
    const evidence = await ledger.untilProven(items.evidence);
    const { size, entries, checkpoint } = await walk();
    expect(size).toBeGreaterThanOrEqual(evidence.checkpoint.size);
    expect(checkpoint.extensions).toEqual([]);
    const texts = entries.map((entry) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(entry));
    expect(texts[evidence.index]).toBe(evidence.leaf);
    const events = texts.map((text) => JSON.parse(text) as Event);
    const names = events.map(({ source, id }) => `${source} ${id}`);
    expect(new Set(names).size, 'no event twice').toBe(names.length);
    const own = events.filter(({ subject }) => subject === box.siteId).map(({ type }) => type);
    expect(own).toEqual(
      expect.arrayContaining([
        'gateway.incident-reported.v1',
        'runbooks.selected.v1',
        'orders.issued.v1',
        'orders.acknowledged.v1',
        'gateway.evidence-submitted.v1',
        'evidence.recorded.v1',
      ]),
    );
  });

  it('gives the same entries under their own name, and a bare proof to whom asks for text', async () => {
    const { size } = await ledger.head();
    const name = size < 256 ? `000.p/${size}` : '000';
    const [own, c2sp] = await Promise.all(
      [`${ledger.url}/entries/${name}`, `${ledger.url}/tile/entries/${name}`].map(
        async (url) => new Uint8Array(await (await fetch(url, { headers: ledger.headers })).arrayBuffer()),
      ),
    );
    expect(readEntryBundle(own!)).toHaveLength(Math.min(size, 256));
    expect(own).toEqual(c2sp);
    const { leaf } = await ledger.untilProven(items.order);
    const headers = { ...ledger.headers, accept: 'text/plain' };
    const bare = await call(`${system.gatewayUrls[0]!}${items.order}/proof`, { headers });
    expect(bare.headers.get('content-type')).toMatch(/^text\/plain; ?charset=utf-8$/i);
    await verifyTlogProof(bare.text, Buffer.from(leaf), ledger.key);
  });

  it('proves that every checkpoint is the beginning of the next, and its tiles still lead to the first', async () => {
    const heads = [await ledger.head()];
    for (let round = 0; round < 4; round += 1) {
      expect((await report(box)).status).toBe(200);
      const last = heads.at(-1)!.size;
      heads.push(await until('a larger checkpoint', async () => [await ledger.head()].find(({ size }) => size > last)));
    }
    for (const [at, head] of heads.entries()) {
      for (const later of heads.slice(at)) await ledger.proveConsistency(head, later);
    }
    const newest = consistencyResponse.parse((await ledger.read('/ledger/consistency?from=1')).body);
    expect((await readCheckpoint(newest.to_checkpoint, ledger.key)).size).toBe(newest.to);
    const log = readLog(ledger.url, ledger.headers);
    const [first] = heads as [Checkpoint];
    const root = await rootFromTiles(
      async (...tile) => (await log.tile(...tile)).bytes.subarray(0, tile[2] * 32),
      first.size,
    );
    expect(root).toEqual(first.root);
  });

  it('proves that a tree of any size is the beginning of a larger one', async () => {
    const { entries, size, checkpoint } = await walk();
    const naive = new NaiveLog(entries);
    const treeOf = async (n: number): Promise<Checkpoint> => ({ ...checkpoint, size: n, root: await naive.root(0, n) });
    for (const from of [0, 1, 2, 3, 8, size >> 1, size - 1, size]) {
      for (const to of [from, Math.ceil((from + size) / 2), size]) {
        await expect(ledger.proveConsistency(await treeOf(from), await treeOf(to))).resolves.toBeUndefined();
      }
    }
  });

  it('lets caches keep its tiles, and ask about its checkpoint', async () => {
    const { size } = await ledger.head();
    const cacheControl = async (path: string) =>
      (await fetch(`${ledger.url}/${path}`, { headers: ledger.headers })).headers.get('cache-control');
    expect(await cacheControl('checkpoint')).toMatch(/no-cache|no-store|max-age=[0-5]$/);
    for (const level of [0, 'entries'] as const) {
      expect(await cacheControl(tilePath(level, 0, Math.min(size, 256)))).toMatch(
        /^private.*max-age=\d{7,}.*immutable/,
      );
    }
  });

  it('is the same through every gateway', async () => {
    const last = system.gatewayUrls.length - 1;
    expect((await call(`${system.gatewayUrls[last]!}/ledger/key`)).text).toBe((await ledger.read('/ledger/key')).text);
    const one = await ledger.head();
    const other = await until('the other gateway is as far', async () =>
      [await ledger.head(last)].find(({ size }) => size >= one.size),
    );
    await ledger.proveConsistency(one, other);
  });

  it(
    'makes a leaf provable within 2 s of its acceptance, at the 99th percentile, and keeps each one',
    { timeout: 90_000 },
    async () => {
      const boxes = await Promise.all(Array.from({ length: 10 }, () => enrolBox(system)));
      const waits: number[] = [];
      const reported: string[] = [];
      const reportAll = async (mine: Box[]): Promise<void> => {
        for (const one of mine) {
          for (let n = 0; n < 10; n += 1) {
            const { status, body } = await report(one);
            expect(status).toBe(200);
            const accepted = performance.now();
            await ledger.untilProven(`/incidents/${one.siteId}/${body.incident_id}`);
            waits.push(performance.now() - accepted);
            reported.push(body.incident_id);
            await delay(Math.random() * 100); // so that reports fall anywhere between two checkpoints
          }
        }
      };
      await Promise.all([0, 1, 2, 3, 4].map((n) => reportAll(boxes.slice(2 * n, 2 * n + 2))));
      const sorted = waits.toSorted((a, b) => a - b);
      const at = (share: number): number => Math.round(sorted[Math.ceil(share * sorted.length) - 1]!);
      const figures = `${at(0.5)} ms (p50), ${at(0.99)} ms (p99), ${at(1)} ms (max)`;
      process.stdout.write(`ledger: ${sorted.length} leaves were provable within ${figures}\n`);
      expect(at(0.99)).toBeLessThan(2_000);

      const { size, entries } = await walk();
      expect(size, 'more than a tile').toBeGreaterThan(256);
      const events = entries.map((entry) => JSON.parse(new TextDecoder().decode(entry)) as Event);
      const inTheLog = events.filter(({ type }) => type === 'gateway.incident-reported.v1').map(({ id }) => id);
      for (const id of reported) expect(inTheLog.filter((one) => one === id)).toHaveLength(1);
    },
  );
});
