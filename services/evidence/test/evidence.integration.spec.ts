import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { recordDurable } from '../src/domain/durables.ts';
import { signerOf, submitted, type TestVault, vaultDown } from './start-evidence.ts';
import { type Neighbourhood, startNeighbourhood } from './start-neighbourhood.ts';

const keys = new Map<string, string>();
let vault: TestVault;
let gateway: Neighbourhood['gateway'];
let evidence: Neighbourhood['evidence'];
let stop: Neighbourhood['stop'];
beforeAll(async () => {
  ({ vault, gateway, evidence, stop } = await startNeighbourhood(keys));
});
afterAll(() => stop?.());

const patience = { timeout: 15_000, interval: 50 };

/** No scrubber walks here. */
const integrity = { open_faults: 0, walked_at: null };

describe('the evidence service', () => {
  it('answers an upload when it is sealed, lists it, and has it in the ledger with everything that followed', async () => {
    const signer = signerOf(7);
    keys.set('walk/box-1', signer.publicKey);
    const good = submitted({ site_id: 'walk', channel: 'upload' }, signer);
    const forged = submitted({ site_id: 'walk' }, signerOf(8));
    const replies = await gateway.handIn(good, forged);
    const [object] = await vault.objects('walk/');
    expect(replies).toMatchObject([
      {
        outcome: 'sealed',
        uri: object!.uri,
        retain_until: object!.retainUntil.toISOString(),
        evidence_id: good.data.evidence_id,
      },
      { error: { code: 'EVIDENCE.SIGNATURE_INVALID', kind: 'unprocessable' } },
    ]);
    const page = await gateway.ask('rpc.evidence.list.v1', { site_id: 'walk', limit: 50, offset: 0 });
    expect(page).toMatchObject({
      site_id: 'walk',
      count: 1,
      evidence: [
        {
          bundle_id: good.data.bundle_id,
          position: 1,
          s3_uri: object!.uri,
          hipaa_controls: good.data.hipaa_controls,
          signature: `${good.data.signature!.slice(0, 32)}...`,
        },
      ],
    });
    expect(await gateway.ask('rpc.evidence.stats.v1', { site_id: 'walk' })).toEqual({
      evidence_24h: { sealed: 1, refused: 1 },
      integrity,
    });
    await vi.waitFor(async () => {
      const { rows } = await evidence.pool.query<{ event_id: string; type: string; trace_id: string; leaf: string }>(
        `select event_id, type, trace_id, leaf from ledger_leaves where site_id = 'walk' order by type`,
      );
      expect(rows.map(({ event_id }) => event_id)).toEqual(
        expect.arrayContaining([good.id, forged.id, `recorded:${good.data.evidence_id}`, `refused:${forged.id}`]),
      );
      const submission = rows.find(({ event_id }) => event_id === good.id)!;
      const { document: _, ...kept } = good.data;
      expect((JSON.parse(submission.leaf) as { data: object }).data).toEqual(kept);
      const traces = rows.filter(
        ({ event_id }) => event_id.includes(good.id) || event_id.includes(good.data.evidence_id),
      );
      expect(new Set(traces.map(({ trace_id }) => trace_id))).toEqual(new Set([good.traceparent!.slice(3, 35)]));
    }, patience);
  });

  it('lists the newest first, a page at a time, and another site sees nothing of it', async () => {
    const events = Array.from({ length: 5 }, () => submitted({ site_id: 'pages' }));
    await gateway.handIn(...events);
    const ids = async (limit: number, offset: number) =>
      (await gateway.ask('rpc.evidence.list.v1', { site_id: 'pages', limit, offset })).evidence.map(
        (bundle) => bundle.position,
      );
    expect(await ids(2, 0)).toEqual([5, 4]);
    expect(await ids(2, 2)).toEqual([3, 2]);
    expect(await ids(2, 4)).toEqual([1]);
    expect(await gateway.ask('rpc.evidence.list.v1', { site_id: 'page', limit: 50, offset: 0 })).toMatchObject({
      count: 0,
      evidence: [],
    });
  });

  it('accepts while the vault is down and says so, then seals', async () => {
    vault.failure = vaultDown();
    const replies = await gateway.handIn(submitted({ site_id: 'outage' }));
    expect(replies).toMatchObject([{ outcome: 'accepted', uri: null }]);
    expect(await gateway.ask('rpc.evidence.stats.v1', { site_id: 'outage' })).toEqual({
      evidence_24h: { accepted: 1 },
      integrity,
    });
    vault.failure = undefined;
    await vi.waitFor(
      async () =>
        expect(await gateway.ask('rpc.evidence.stats.v1', { site_id: 'outage' })).toEqual({
          evidence_24h: { sealed: 1 },
          integrity,
        }),
      patience,
    );
  });

  it('reports the health of the vault', async () => {
    expect(await gateway.ask('rpc.evidence.health.v1', {})).toMatchObject({ object_store: 'connected' });
  });

  it('names the effects that an event lacks, and no longer when it had them', async () => {
    const event = submitted({ site_id: 'effects' });
    const question = { type: 'gateway.evidence-submitted.v1', event_ids: [event.id, 'unknown'] };
    expect((await gateway.ask('rpc.evidence.missing-effects.v1', question)).missing).toEqual([event.id, 'unknown']);
    await gateway.handIn(event);
    await vi.waitFor(
      async () => expect((await gateway.ask('rpc.evidence.missing-effects.v1', question)).missing).toEqual(['unknown']),
      patience,
    );
    expect(await gateway.ask('rpc.evidence.missing-effects.v1', { type: 'no.such.v1', event_ids: ['x'] })).toEqual({
      missing: [],
    });
  });

  it('gives up a bundle that nobody can read, with its neighbours through, and its owner may forget all of them', async () => {
    const [one, other] = [submitted({ site_id: 'poison' }), submitted({ site_id: 'poison' })];
    const bad = submitted({ site_id: 'poison' });
    (bad.data as { submitted_at: unknown }).submitted_at = 'yesterday';
    const waiting = gateway.handIn(one, other);
    await gateway.say([bad]);
    expect(await waiting).toMatchObject([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
    await vi.waitFor(async () => {
      const { rows } = await evidence.pool.query('select consumer, event_id from dead_letters');
      expect(rows).toEqual([{ consumer: recordDurable, event_id: bad.id }]);
      const leaves = await evidence.pool.query(
        `select event_id from ledger_leaves where type = 'dead-letters.evidence.v1'`,
      );
      expect(leaves.rows).toEqual([{ event_id: `dead:${recordDurable}:${bad.id}` }]);
    }, patience);
    // The relay asks for the effects of what it published after 5 s, and forgets what had them.
    await vi.waitFor(
      async () => {
        for (const owner of [gateway.pool, evidence.pool])
          expect((await owner.query('select id from outbox')).rows).toEqual([]);
      },
      { timeout: 18_000, interval: 200 },
    );
  }, 60_000);
});
