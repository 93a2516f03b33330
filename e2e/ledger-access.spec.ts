import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type ApiKey, createKey, createSiteKey } from './harness/api-keys.ts';
import { type Box, enrolBox } from './harness/box.ts';
import { call } from './harness/call.ts';
import { problemOf } from './harness/expect-answer.ts';
import { type Ledger, openLedger } from './harness/ledger.ts';
import { type WalkedIncident, walkIncident } from './harness/walk-incident.ts';
import { tilePath, walkLog } from './independent/index.ts';

const system = inject('system');

describe('the ledger, to whom it is not meant for', () => {
  let ledger: Ledger;
  let box: Box;
  let walked: WalkedIncident;
  let own: ApiKey;
  let boundAuditor: ApiKey;
  let auditor: ApiKey;

  beforeAll(async () => {
    [ledger, box] = [await openLedger(system), await enrolBox(system)];
    walked = await walkIncident(box);
    own = await createSiteKey(system, box.siteId);
    boundAuditor = await createKey(system, 'auditor', box.siteId);
    auditor = await createKey(system, 'auditor');
    await ledger.untilProven(`/evidence/${box.siteId}/${walked.evidence.bundle_id}`);
  });

  const itemsOf = (siteId: string): string[] => [
    `/incidents/${siteId}/${walked.incidentId}`,
    `/orders/${siteId}/${walked.orderId}`,
    `/evidence/${siteId}/${walked.evidence.bundle_id}`,
  ];

  it('gives hashes and proofs of the own site, and no entries, to a credential that is bound to a site', async () => {
    const { size } = await ledger.head();
    const width = Math.min(size, 256);
    for (const { key } of [own, boundAuditor]) {
      expect((await ledger.read('/ledger/checkpoint', key)).status).toBe(200);
      expect((await ledger.read(`/ledger/${tilePath(0, 0, width)}`, key)).status).toBe(200);
      for (const item of itemsOf(box.siteId)) expect(await ledger.prove(item, key), item).toBeDefined();
      const entries = tilePath('entries', 0, width);
      for (const path of [`/ledger/${entries}`, `/ledger/${entries.replace('tile/', '')}`]) {
        expect(problemOf(await ledger.read(path, key))[0], path).toBe(403);
      }
    }
  });

  it('gives all of it to an auditor of the fleet', async () => {
    const { size } = await walkLog(ledger.url, { authorization: `Bearer ${auditor.key}` }, ledger.key);
    expect(size).toBeGreaterThan(0);
  });

  it('gives nothing but its key without a credential', async () => {
    const paths = ['checkpoint', 'tile/0/000', 'tile/entries/000', 'entries/000', 'consistency?from=0'];
    for (const path of paths) expect(problemOf(await call(`${ledger.url}/${path}`))[0], path).toBe(401);
    for (const item of itemsOf(box.siteId)) {
      expect(problemOf(await call(`${system.gatewayUrls[0]!}${item}/proof`))[0], item).toBe(401);
    }
  });

  it('refuses proofs of another site, whoever asks', async () => {
    const stranger = await enrolBox(system);
    for (const item of itemsOf(stranger.siteId)) {
      expect(problemOf(await ledger.read(`${item}/proof`, own.key)), item).toEqual([403, 'AUTH.SITE_FORBIDDEN']);
      expect(problemOf(await ledger.read(`${item}/proof`))[0], item).toBe(404);
    }
  });

  it('refuses proofs of what is not there', async () => {
    const items = [`incidents/${box.siteId}/${randomUUID()}`, `orders/${box.siteId}/0123456789abcdef`];
    items.push(`evidence/${box.siteId}/b-nobody`, `evidence/nobody/${walked.evidence.bundle_id}`);
    for (const item of items) expect(problemOf(await ledger.read(`/${item}/proof`))[0], item).toBe(404);
    for (const item of [`incidents/${box.siteId}/1`, `orders/${box.siteId}/ABC`, `evidence/${box.siteId}/%00`]) {
      expect(problemOf(await ledger.read(`/${item}/proof`))[0], item).toBeOneOf([400, 404]);
    }
  });

  it('refuses sizes that it never had', async () => {
    const beyond = (await ledger.head()).size + 1_000_000;
    const questions = [
      'from=2&to=1',
      `from=0&to=${beyond}`,
      `from=${beyond}`,
      'from=-1',
      'from=x',
      'to=1',
      'from=1.5',
      '',
    ];
    for (const question of [...questions, 'from=1e999', 'from=9007199254740993', 'from=%00', 'from[]=1']) {
      expect(problemOf(await ledger.read(`/ledger/consistency?${question}`))[0], question).toBeOneOf([400, 404]);
    }
  });

  it.each(
    '0/x999/999 0/x999/x999/999 9/000 entries/x999/x999/999 0/000.p/0 0/000.p/256 0/000.p/01 0/000.p/ 0/0 0/x000/000'
      .concat(' 00/000 64/000 -1/000 0/00a entries/0 0 0/..%2f000 0/000/')
      .split(' '),
  )('refuses the tile %j, which it has not or which is spelled in another way', async (tile) => {
    expect(problemOf(await ledger.read(`/ledger/tile/${tile}`))[0]).toBeOneOf([400, 404]);
  });
});
