import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventCatalog, type EventEnvelope } from '@countersign/shared/contracts';
import { tileKeyOf } from '../src/domain/ledger-keys.ts';
import { ScrubRepository } from '../src/persistence/scrub.repository.ts';
import { type Filled, openFilled } from './open-filled.ts';
import { flipBit, type Sealed } from './open-scrubbed.ts';
import { vaultDown } from './start-evidence.ts';
import { startScrubber, watchReads } from './start-scrubber.ts';

let disk: Filled['disk'];
let system: Filled['system'];
let north: Sealed[];
let close: Filled['close'];
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  ({ disk, system, north, close } = await openFilled());
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await system.admin.query('delete from scrub_findings; delete from scrub_progress; delete from outbox');
});
afterAll(() => close?.());

function start(vault = disk.vault, options: Parameters<typeof startScrubber>[2] = {}) {
  const started = startScrubber(system.databaseUrl, vault, options);
  stops.push(() => started.scrubber.stop());
  return started;
}
const patience = { timeout: 15_000, interval: 10 };
const until = (check: () => void | Promise<void>) => vi.waitFor(check, patience);
const open = async () => {
  const { rows } = await system.admin.query<{ item: string }>(
    'select item from scrub_findings where resolved_at is null order by item',
  );
  return rows.map(({ item }) => item);
};
const progress = async () => {
  const { rows } = await system.admin.query<{ round: number; part: string; cursor: string | null }>(
    'select round::int, part, cursor from scrub_progress',
  );
  return rows[0];
};
/** What a crash of the process is for the database. */
const cutOff = () =>
  system.admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'countersign-evidence-scrub' and datname = current_database()`,
  );
/** Waits for two rounds: one of them began after this was called. */
async function twoRounds(scrubber: ReturnType<typeof startScrubber>): Promise<void> {
  const before = scrubber.rounds();
  await until(() => expect(scrubber.rounds()).toBeGreaterThanOrEqual(before + 2));
}

describe('the scrubber', () => {
  it('says a fault once, in the log, to the ledger and in the count, and takes it back when it is mended', async () => {
    const scrubber = start();
    const repository = new ScrubRepository(system.evidence.pool);
    const { key, version_id } = north[2]!;
    const item = `${key}?versionId=${version_id}`;
    await disk.whileChanged(key, flipBit, async () => {
      await twoRounds(scrubber);
      await twoRounds(scrubber);
      expect(await open()).toEqual([item]);
      expect(await repository.countOpen('north')).toBe(1);
      expect(await repository.countOpen('south')).toBe(0);
    });
    const errors = scrubber.lines.filter(({ msg }) => msg.startsWith('integrity fault'));
    expect(errors).toMatchObject([{ level: 'error', kind: 'object-changed', item, site_id: 'north' }]);
    expect(scrubber.published.map(({ subject }) => subject)).toEqual(['evidence.integrity-fault.v1']);
    const [event] = JSON.parse(scrubber.published[0]!.payload) as EventEnvelope<'evidence.integrity-fault.v1'>[];
    expect(event).toMatchObject({ subject: 'north', source: '/evidence', data: { kind: 'object-changed', item } });
    expect(eventCatalog['evidence.integrity-fault.v1'].schema.parse(event!.data)).toEqual(event!.data);
    const { rows } = await system.admin.query<{ payload: string }>('select payload from outbox');
    expect(rows).toEqual([{ payload: scrubber.published[0]!.payload }]);

    await twoRounds(scrubber);
    expect(await open()).toEqual([]);
    expect(await repository.countOpen(null)).toBe(0);
    expect((await repository.lastEnd())!.getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(scrubber.said('an integrity fault is gone')).toBe(1);
  });

  it('goes on after a fault: damage in every part of the walk is found in one round', async () => {
    const scrubber = start();
    const tile = tileKeyOf(0, 0);
    const [first, second] = [north[0]!, north[4]!];
    await disk.whileChanged(first.key, flipBit, () =>
      disk.whileChanged(
        second.key,
        () => undefined,
        () =>
          disk.whileChanged(tile, flipBit, async () => {
            await twoRounds(scrubber);
            const items = await open();
            expect(items).toHaveLength(3);
            for (const key of [first.key, second.key, tile]) expect(items.join()).toContain(key);
          }),
      ),
    );
  });

  it('waits while the vault is down, and calls that no fault', async () => {
    const reads = watchReads(disk.vault);
    const scrubber = start(reads.vault);
    await twoRounds(scrubber);
    reads.gate.failure = vaultDown();
    await until(() => expect(scrubber.said('the vault cannot be read')).toBe(1));
    const before = scrubber.rounds();
    reads.gate.failure = undefined;
    await until(() => expect(scrubber.rounds()).toBeGreaterThan(before));
    expect(scrubber.said('the vault is back')).toBe(1);
    expect(await open()).toEqual([]);
  });

  it('keeps to its pace', async () => {
    const reads = watchReads(disk.vault);
    const began = performance.now();
    start(reads.vault, { objectsPerSecond: 50 });
    await until(() => expect(reads.keys.length).toBeGreaterThanOrEqual(20));
    // The first one goes at once.
    expect(performance.now() - began).toBeGreaterThanOrEqual((19 / 50) * 1_000 - 5);
  });
});

describe('a scrubber that was killed in the middle of a round', () => {
  it('is followed by one that goes on where it was', async () => {
    const whole = watchReads(disk.vault);
    const once = start(whole.vault, { restMs: 60_000 });
    await until(() => expect(once.rounds()).toBe(1));
    await once.scrubber.stop();
    await system.admin.query('delete from scrub_progress');

    const first = watchReads(disk.vault);
    // In the middle of the sealed objects, which come after the ledger.
    first.gate.after = whole.keys.length - 3;
    const killed = start(first.vault, { retryMs: 60_000 });
    await until(() => expect(first.keys).toHaveLength(first.gate.after));
    const left = await vi.waitFor(async () => {
      const at = await progress();
      expect(at?.part).toBe('seals');
      return at!;
    }, patience);
    await cutOff();
    const second = watchReads(disk.vault);
    const next = start(second.vault, { restMs: 60_000 });
    await until(() => expect(next.rounds()).toBe(1));
    expect(left.round).toBe(1);
    expect((await progress())!.round).toBe(1);
    // Of the objects of the ledger, which were done, none is read again; nothing of the rest is left out.
    expect(second.keys.length).toBeLessThan(whole.keys.length / 2);
    expect(new Set([...first.keys, ...second.keys])).toEqual(new Set(whole.keys));
    first.letGo();
    await killed.scrubber.stop();
  });
});

describe('two replicas', () => {
  it('make one walk, and when it stops the other goes on', async () => {
    const reads = [watchReads(disk.vault), watchReads(disk.vault)];
    const [one, two] = reads.map(({ vault }) => start(vault)) as [ReturnType<typeof start>, ReturnType<typeof start>];
    await until(() => expect(one.rounds() + two.rounds()).toBeGreaterThan(3));
    const leads = () => [one, two].filter(({ said }) => said('this process walks the evidence') > 0);
    expect(leads()).toHaveLength(1);
    expect(reads.filter(({ keys }) => keys.length > 0)).toHaveLength(1);
    const [leader] = leads();
    const follower = leader === one ? two : one;
    const round = (await progress())!.round;
    await leader!.scrubber.stop();
    await until(() => expect(follower.rounds()).toBeGreaterThan(1));
    expect((await progress())!.round).toBeGreaterThan(round);
    expect(follower.scrubber.progress().stalled).toBe(false);
  });
});
