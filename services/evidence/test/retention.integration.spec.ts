import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newId } from '@countersign/shared/kernel';
import { newTraceparent } from '@countersign/shared/telemetry';
import { submitted, type TestVault, vaultDown } from './start-evidence.ts';
import { type Neighbourhood, startNeighbourhood } from './start-neighbourhood.ts';

let vault: TestVault;
let gateway: Neighbourhood['gateway'];
let evidence: Neighbourhood['evidence'];
let stop: Neighbourhood['stop'];
beforeAll(async () => {
  ({ vault, gateway, evidence, stop } = await startNeighbourhood());
});
afterAll(() => stop?.());

const patience = { timeout: 15_000, interval: 50 };
const actor = { principal_id: newId(), reason: 'Subpoena 26-117' };

async function sealOne(site_id: string): Promise<{ site_id: string; bundle_id: string; evidence_id: string }> {
  const event = submitted({ site_id, channel: 'upload' });
  expect(await gateway.handIn(event)).toMatchObject([{ outcome: 'sealed' }]);
  const { bundle_id, evidence_id } = event.data;
  return { site_id, bundle_id, evidence_id };
}

const hold = (bundle: { site_id: string; bundle_id: string }, on: boolean) =>
  gateway.ask('rpc.evidence.set-legal-hold.v1', { ...named(bundle), ...actor, hold: on });
const extend = (bundle: { site_id: string; bundle_id: string }, until: Date) =>
  gateway.ask('rpc.evidence.extend-retention.v1', { ...named(bundle), ...actor, retain_until: until.toISOString() });
const describeOne = (bundle: { site_id: string; bundle_id: string }) =>
  gateway.ask('rpc.evidence.describe.v1', named(bundle));
const named = ({ site_id, bundle_id }: { site_id: string; bundle_id: string }) => ({ site_id, bundle_id });

/** What the service said, as its ledger has it. */
async function saidOf(evidenceId: string, type: string): Promise<Record<string, unknown>[]> {
  const { rows } = await evidence.pool.query<{ leaf: string; trace_id: string | null }>(
    `select leaf, trace_id from ledger_leaves where type = $1 and leaf like '%' || $2 || '%' order by leaf_index`,
    [type, evidenceId],
  );
  return rows.map((row) => ({ ...(JSON.parse(row.leaf) as { data: object }).data, trace_id: row.trace_id }));
}

async function lockOf(bundle: { site_id: string; bundle_id: string }) {
  const { version_id } = await describeOne(bundle);
  const [object] = await vault.objects(`${bundle.site_id}/`);
  return vault.getRetention(object!.key, version_id!);
}

const later = (time: string, milliseconds: number): Date => new Date(Date.parse(time) + milliseconds);
const day = 86_400_000;

describe('retention of a sealed bundle', () => {
  it('is extended in the vault, in a row with reason and principal, and in the ledger', async () => {
    const bundle = await sealOne('longer');
    const before = await describeOne(bundle);
    const until = later(before.retain_until!, day);
    const traceparent = newTraceparent(true);
    const question = { ...named(bundle), ...actor, retain_until: until.toISOString(), traceparent };
    const answer = await gateway.ask('rpc.evidence.extend-retention.v1', question);
    const { evidence_id, bundle_id } = bundle;
    const retain_until = until.toISOString();
    expect(answer).toEqual({ bundle_id, evidence_id, retain_until, legal_hold: false, timestamp: answer.timestamp });
    expect(await describeOne(bundle)).toMatchObject({ retain_until, legal_hold: false });
    expect(await lockOf(bundle)).toEqual({ mode: 'write-once', retainUntil: until, legalHold: false });
    const { rows } = await evidence.pool.query('select * from retention_changes where evidence_id = $1', [evidence_id]);
    expect(rows).toEqual([
      {
        id: expect.any(String) as string,
        evidence_id,
        kind: 'extended',
        retain_until: until,
        changed_at: new Date(answer.timestamp),
        ...actor,
      },
    ]);
    await vi.waitFor(async () => {
      expect(await saidOf(evidence_id, 'evidence.retention-extended.v1')).toEqual([
        {
          ...bundle,
          ...actor,
          previous_until: before.retain_until,
          retain_until,
          changed_at: answer.timestamp,
          trace_id: traceparent.slice(3, 35),
        },
      ]);
    }, patience);
  });

  it('is never shortened: nothing changes, nothing is said', async () => {
    const bundle = await sealOne('shorter');
    const { retain_until } = await describeOne(bundle);
    const shortened = expect.objectContaining({ code: 'EVIDENCE.RETENTION_SHORTENED', kind: 'conflict' }) as unknown;
    await expect(extend(bundle, later(retain_until!, -1))).rejects.toEqual(shortened);
    await extend(bundle, later(retain_until!, day));
    await expect(extend(bundle, later(retain_until!, 0))).rejects.toEqual(shortened);
    expect((await lockOf(bundle)).retainUntil).toEqual(later(retain_until!, day));
    const { rows } = await evidence.pool.query('select kind from retention_changes where evidence_id = $1', [
      bundle.evidence_id,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('goes with what the vault has when somebody extended it further there', async () => {
    const bundle = await sealOne('beyond');
    const { retain_until, version_id } = await describeOne(bundle);
    const [object] = await vault.objects('beyond/');
    const beyond = later(retain_until!, 10 * day);
    await vault.extendRetention(object!.key, version_id!, beyond);
    await expect(extend(bundle, later(retain_until!, day))).rejects.toMatchObject({
      code: 'EVIDENCE.RETENTION_SHORTENED',
      details: { retain_until: beyond.toISOString() },
    });
    // What the vault has already can still be put on record, as after a crash between the vault and the row.
    await extend(bundle, beyond);
    expect((await describeOne(bundle)).retain_until).toBe(beyond.toISOString());
  });

  it('says nothing new when the same is asked again, eight times at once', async () => {
    const bundle = await sealOne('again');
    const until = later((await describeOne(bundle)).retain_until!, day);
    const answers = await Promise.all(Array.from({ length: 8 }, () => extend(bundle, until)));
    expect(new Set(answers.map(({ retain_until }) => retain_until))).toEqual(new Set([until.toISOString()]));
    await hold(bundle, true);
    await hold(bundle, true);
    const { rows } = await evidence.pool.query(
      'select kind from retention_changes where evidence_id = $1 order by changed_at',
      [bundle.evidence_id],
    );
    expect(rows).toEqual([{ kind: 'extended' }, { kind: 'hold-on' }]);
    await vi.waitFor(async () => {
      expect(await saidOf(bundle.evidence_id, 'evidence.retention-extended.v1')).toHaveLength(1);
      expect(await saidOf(bundle.evidence_id, 'evidence.legal-hold-changed.v1')).toHaveLength(1);
    }, patience);
  });
});

describe('a legal hold', () => {
  it('is put on and taken off, in the vault and on record', async () => {
    const bundle = await sealOne('held');
    const { evidence_id, bundle_id } = bundle;
    for (const on of [true, false, true]) {
      const answer = await hold(bundle, on);
      expect(answer).toMatchObject({ bundle_id, evidence_id, legal_hold: on });
      expect((await describeOne(bundle)).legal_hold).toBe(on);
      expect((await lockOf(bundle)).legalHold).toBe(on);
    }
    await vi.waitFor(async () => {
      const said = await saidOf(evidence_id, 'evidence.legal-hold-changed.v1');
      expect(said.map((change) => change['hold'])).toEqual([true, false, true]);
      expect(said[0]).toMatchObject({ ...bundle, ...actor });
    }, patience);
  });

  it('ends in the vault as the last row tells, whatever was asked at once', async () => {
    const bundle = await sealOne('quarrel');
    await Promise.all(Array.from({ length: 9 }, (_, n) => hold(bundle, n % 3 !== 0)));
    expect((await lockOf(bundle)).legalHold).toBe((await describeOne(bundle)).legal_hold);
    const { rows } = await evidence.pool.query<{ kind: string }>(
      'select kind from retention_changes where evidence_id = $1 order by changed_at, id',
      [bundle.evidence_id],
    );
    expect(rows.map(({ kind }) => kind)).toEqual(rows.map((_, n) => (n % 2 === 0 ? 'hold-on' : 'hold-off')));
  });

  it('leaves no row when the vault cannot do it, and takes effect when it is asked again', async () => {
    const bundle = await sealOne('failing');
    const failing = vi.spyOn(vault, 'setLegalHold').mockRejectedValueOnce(vaultDown());
    await expect(hold(bundle, true)).rejects.toMatchObject({ kind: 'unavailable' });
    expect((await describeOne(bundle)).legal_hold).toBe(false);
    await hold(bundle, true);
    expect((await describeOne(bundle)).legal_hold).toBe(true);
    failing.mockRestore();
  });

  it('is refused for a bundle that is unknown, belongs to another site, or is not sealed', async () => {
    const bundle = await sealOne('mine');
    const unknown = expect.objectContaining({ code: 'EVIDENCE.NOT_FOUND', kind: 'not-found' }) as unknown;
    await expect(hold({ ...bundle, bundle_id: newId() }, true)).rejects.toEqual(unknown);
    await expect(hold({ ...bundle, site_id: 'theirs' }, true)).rejects.toEqual(unknown);
    await expect(describeOne({ ...bundle, site_id: 'theirs' })).rejects.toEqual(unknown);
    vault.failure = vaultDown();
    const waiting = submitted({ site_id: 'mine' });
    await gateway.handIn(waiting);
    const unsealed = expect.objectContaining({ code: 'EVIDENCE.NOT_SEALED', kind: 'conflict' }) as unknown;
    await expect(hold(waiting.data, true)).rejects.toEqual(unsealed);
    await expect(extend(waiting.data, new Date('2100-01-01'))).rejects.toEqual(unsealed);
    vault.failure = undefined;
  });

  it('cannot be wiped from the record by the service itself', async () => {
    const bundle = await sealOne('wiped');
    await hold(bundle, true);
    for (const statement of [
      'update retention_changes set reason = $1',
      'delete from retention_changes where $1 <> $1',
    ])
      await expect(evidence.pool.query(statement, ['x'])).rejects.toThrow(/permission denied|insert-only/);
  });
});
