import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventCatalog } from '@countersign/shared/contracts';
import { nodeEd25519 } from '@countersign/shared/crypto';
import { newTraceparent } from '@countersign/shared/telemetry';
import { checkInOf as question, eventsAbout, type Orders, startReplicas } from './start-orders.ts';

let orders: Orders;
let replica: Orders;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ orders, replica, stop } = await startReplicas());
});
afterAll(() => stop?.());

const minute = 60;

function later(seconds: number): void {
  orders.later(seconds);
  replica.time.now = orders.time.now;
}

/** What was said about silence, oldest first. */
async function saidAbout(site: string) {
  const events = await eventsAbout(orders.pool, site);
  return events.filter((event) => event.type !== 'orders.appliance-registered.v1');
}

const silentSince = async (site: string) =>
  (
    await orders.pool.query<{ silent_since: Date | null }>('select silent_since from appliances where site_id = $1', [
      site,
    ])
  ).rows[0]?.silent_since;

describe('an appliance that does not check in any more', () => {
  it('is noticed after an hour and not before, once', async () => {
    await orders.checkIn([question('quiet')]);
    const lastCheckin = orders.time.now;
    await orders.noticeSilence();
    later(60 * minute);
    await orders.noticeSilence();
    expect(await saidAbout('quiet')).toEqual([]);
    later(1);
    await orders.noticeSilence();
    later(60 * minute);
    await orders.noticeSilence();
    const [event, ...more] = await saidAbout('quiet');
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: 'orders.appliance-silent.v1',
      id: `silent:quiet/box-1/${lastCheckin.getTime()}`,
      source: '/orders',
      data: { host_id: 'box-1', last_checkin: lastCheckin.toISOString() },
    });
    eventCatalog['orders.appliance-silent.v1'].schema.parse(event!.data);
    expect(await silentSince('quiet')).toEqual(lastCheckin);
    expect(orders.published.filter((row) => row.payload.includes(event!.id))).toHaveLength(1);
  });

  it('is not noticed while it checks in, however long ago somebody looked', async () => {
    await orders.checkIn([question('busy')]);
    for (let hour = 0; hour < 3; hour += 1) {
      later(59 * minute);
      await orders.checkIn([question('busy')]);
      later(2 * minute);
      await orders.noticeSilence();
    }
    expect(await saidAbout('busy')).toEqual([]);
  });

  it('is said to be back by its next check-in, with the moment it fell silent, and can fall silent again', async () => {
    const traceparent = newTraceparent(true);
    await orders.checkIn([question('back'), question('back', { host_id: 'box-2' })]);
    const lastCheckin = orders.time.now;
    later(90 * minute);
    await orders.noticeSilence();
    await orders.checkIn([question('back', { traceparent }), question('never-silent')]);
    const returnedAt = orders.time.now;
    await orders.checkIn([question('back')]);
    const returned = (await saidAbout('back')).filter((event) => event.type === 'orders.appliance-returned.v1');
    expect(returned).toEqual([
      {
        specversion: '1.0',
        id: `returned:back/box-1/${lastCheckin.getTime()}`,
        source: '/orders',
        type: 'orders.appliance-returned.v1',
        subject: 'back',
        time: returnedAt.toISOString(),
        datacontenttype: 'application/json',
        traceparent,
        data: {
          site_id: 'back',
          host_id: 'box-1',
          silent_since: lastCheckin.toISOString(),
          returned_at: returnedAt.toISOString(),
        },
      },
    ]);
    eventCatalog['orders.appliance-returned.v1'].schema.parse(returned[0]!.data);
    expect(await saidAbout('never-silent')).toEqual([]);
    expect(orders.published.filter((row) => row.subject === 'orders.appliance-returned.v1')).toHaveLength(1);

    later(61 * minute);
    await orders.noticeSilence();
    const ids = (await saidAbout('back')).map((event) => event.id);
    expect(ids).toContain(`silent:back/box-1/${returnedAt.getTime()}`);
    expect(ids.filter((id) => id.startsWith('silent:back/box-2'))).toHaveLength(1);
  });

  it('registers one and greets another in the same batch, each with its own event and without a trace where there is none', async () => {
    await orders.checkIn([question('mixed')]);
    later(90 * minute);
    await orders.noticeSilence();
    const answers = await orders.checkIn([question('mixed', { host_id: 'box-new' }), question('mixed')]);
    expect(answers).toMatchObject([{ action: 'registered' }, { action: 'updated' }]);
    const returned = (await saidAbout('mixed')).filter((event) => event.type === 'orders.appliance-returned.v1');
    expect(returned).toHaveLength(1);
    expect(returned[0]).not.toHaveProperty('traceparent');
    const registered = (await eventsAbout(orders.pool, 'mixed')).filter(
      (event) => event.type === 'orders.appliance-registered.v1',
    );
    expect(registered).toHaveLength(2);
  });

  it('stays silent when somebody else checks in under its name with another key', async () => {
    const keyOf = (byte: string) => nodeEd25519.publicKeyOf(byte.repeat(32));
    await orders.checkIn([question('imposter', { public_key: keyOf('44') })]);
    later(90 * minute);
    await orders.noticeSilence();
    expect(await orders.checkIn([question('imposter', { public_key: keyOf('55') })])).toMatchObject([
      { code: 'ORDERS.KEY_CONFLICT' },
    ]);
    expect(await silentSince('imposter')).not.toBeNull();
    expect((await saidAbout('imposter')).map((event) => event.type)).toEqual(['orders.appliance-silent.v1']);
  });

  it('is noticed once by replicas that sweep beside each other, and its return is said once by those it asks', async () => {
    const hosts = Array.from({ length: 230 }, (_, index) => `box-${index}`);
    await orders.checkIn(hosts.map((host_id) => question('crowd', { host_id })));
    later(90 * minute);
    await Promise.all([orders.noticeSilence(), replica.noticeSilence(), orders.noticeSilence()]);
    const silent = await saidAbout('crowd');
    expect(new Set(silent.map((event) => event.id)).size).toBe(230);
    expect(silent).toHaveLength(230);
    const batch = hosts.map((host_id) => question('crowd', { host_id }));
    await Promise.all([orders.checkIn(batch), replica.checkIn(batch.toReversed()), orders.checkIn(batch)]);
    const returned = (await saidAbout('crowd')).filter((event) => event.type === 'orders.appliance-returned.v1');
    expect(returned).toHaveLength(230);
  });

  it('is either noticed or not when it checks in at that very moment: never silent without a return', async () => {
    for (let round = 0; round < 10; round += 1) {
      const site = `race-${round}`;
      await orders.checkIn([question(site)]);
      later(90 * minute);
      await Promise.all([orders.noticeSilence(), replica.checkIn([question(site)])]);
      const types = (await saidAbout(site)).map((event) => event.type);
      expect(types.filter((type) => type === 'orders.appliance-silent.v1').length).toBe(
        types.filter((type) => type === 'orders.appliance-returned.v1').length,
      );
      expect(await silentSince(site)).toBeNull();
    }
  });
});

describe('the watch', () => {
  it('costs a check-in no index entry', async () => {
    await orders.checkIn([question('hot')]);
    const { rows } = await orders.pool.query<{ columns: string }>(
      `select string_agg(a.attname, ',') as columns from pg_index i
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
       where i.indrelid = 'appliances'::regclass`,
    );
    expect(rows[0]!.columns).not.toContain('last_checkin');
  });
});
