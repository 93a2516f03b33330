import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventCatalog } from '@countersign/shared/contracts';
import { keyIdOf } from '@countersign/shared/crypto';
import { AppError } from '@countersign/shared/kernel';
import { callsTo, codeOf, enrolment, newKey } from './enrolment-calls.ts';
import { eventsAbout, type Orders, startReplicas } from './start-orders.ts';

let orders: Orders;
let replica: Orders;
let stop: () => Promise<void>;
const { enrol, checkIn, keysOf } = callsTo(() => orders);

beforeAll(async () => {
  ({ orders, replica, stop } = await startReplicas());
});
afterAll(() => stop?.());

describe('an enrolment', () => {
  it('makes the key the current one, ends the validity of the one before, and keeps that one for old evidence', async () => {
    const site = 'supersede';
    const tofu = newKey();
    await checkIn(site, { public_key: tofu });
    const first = enrolment(site);
    expect(await enrol(first)).toMatchObject({ epoch: 1 });
    const second = enrolment(site);
    expect(await enrol(second)).toMatchObject({ epoch: 2 });
    expect(await orders.readKeys([{ site_id: site, host_id: 'box-1' }])).toEqual([{ public_key: second.public_key }]);
    const keys = await keysOf(site);
    expect(keys.map((key) => [key.public_key, key.epoch])).toEqual([
      [tofu, 0],
      [first.public_key, 1],
      [second.public_key, 2],
    ]);
    expect(keys.map((key) => key.valid_until)).toEqual([keys[1].valid_from, keys[2].valid_from, null]);
  });

  it('is an event that says key, epoch, the key before, the token and who gave it', async () => {
    const site = 'said';
    const first = enrolment(site);
    const second = enrolment(site, { authorised_by: null });
    await enrol(first);
    await enrol(second);
    const said = (await eventsAbout(orders.pool, site)).filter(({ type }) => type === 'orders.appliance-enrolled.v1');
    expect(said.map(({ id }) => id)).toEqual([`enrolled:${first.enrolment_id}`, `enrolled:${second.enrolment_id}`]);
    const { enrolment_id, token_id, public_key } = second;
    expect(eventCatalog['orders.appliance-enrolled.v1'].schema.parse(said[1]!.data)).toMatchObject({
      enrolment_id,
      token_id,
      public_key,
      epoch: 2,
      authorised_by: null,
      previous_key_id: keyIdOf(first.public_key),
    });
    expect(said[0]!.data).toMatchObject({ previous_key_id: null, authorised_by: first.authorised_by });
  });

  it('that is asked for again, also by two replicas at once, is done once and has the same answer', async () => {
    const site = 'repeat';
    const question = enrolment(site);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, turn) => enrol(question, turn % 2 ? orders : replica)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await keysOf(site)).toHaveLength(1);
    const said = (await eventsAbout(orders.pool, site)).filter(({ type }) => type === 'orders.appliance-enrolled.v1');
    expect(said).toHaveLength(1);
  });

  it('that a later one has superseded is not handed out again', async () => {
    const first = enrolment('late-repeat');
    await enrol(first);
    await enrol(enrolment('late-repeat'));
    expect(codeOf(await enrol(first))).toBe('ENROLMENT.SUPERSEDED');
  });

  it('refuses a key that another appliance has or had, and one that this appliance gave up', async () => {
    const site = 'taken';
    const former = enrolment(site);
    const current = enrolment(site);
    await enrol(former);
    await enrol(current);
    for (const public_key of [former.public_key, current.public_key]) {
      expect(codeOf(await enrol(enrolment(site, { host_id: 'box-2', public_key })))).toBe('ENROLMENT.KEY_TAKEN');
      expect(codeOf(await enrol(enrolment('taken-elsewhere', { public_key })))).toBe('ENROLMENT.KEY_TAKEN');
    }
    expect(codeOf(await enrol(enrolment(site, { public_key: former.public_key })))).toBe('ENROLMENT.KEY_TAKEN');
    expect(await keysOf('taken-elsewhere')).toEqual([]);
    // Its own current key is proved anew: so a box that checked in before enrols without a change of key.
    expect(await enrol(enrolment(site, { public_key: current.public_key }))).toMatchObject({ epoch: 3 });
  });

  it('of one key by many appliances at the same moment gives it to one', async () => {
    const public_key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, turn) =>
        enrol(enrolment('one-key', { host_id: `box-${turn}`, public_key }), turn % 2 ? orders : replica),
      ),
    );
    expect(answers.filter((answer) => !(answer instanceof AppError))).toHaveLength(1);
    expect(await keysOf('one-key')).toHaveLength(1);
  });

  it('refuses small-order and non-canonical keys, whatever the gateway let through', async () => {
    for (const public_key of ['00'.repeat(32), `01${'00'.repeat(31)}`, `ed${'ff'.repeat(30)}7f`]) {
      expect(codeOf(await enrol(enrolment('weak', { public_key })))).toBe('CRYPTO.UNACCEPTABLE_PUBLIC_KEY');
    }
  });
});

describe('the key of an enrolled appliance', () => {
  it('is changed by no check-in, not even an administrator’s', async () => {
    const site = 'no-tofu';
    const { public_key } = enrolment(site);
    await enrol(enrolment(site, { public_key }));
    for (const may_replace_key of [false, true]) {
      const answer = await checkIn(site, { public_key: newKey(), may_replace_key, agent_version: 'other' });
      expect(codeOf(answer)).toBe('ORDERS.KEY_CONFLICT');
    }
    expect(await orders.readKeys([{ site_id: site, host_id: 'box-1' }])).toEqual([{ public_key }]);
    expect(await keysOf(site)).toHaveLength(1);
    expect(await checkIn(site, { public_key })).toMatchObject({ status: 'ok' });
    expect(await checkIn(site)).toMatchObject({ status: 'ok' });
  });

  it('that never enrolled is still replaced by an administrator', async () => {
    const site = 'tofu';
    const [one, two] = [newKey(), newKey()];
    await checkIn(site, { public_key: one });
    expect(codeOf(await checkIn(site, { public_key: two }))).toBe('ORDERS.KEY_CONFLICT');
    expect(await checkIn(site, { public_key: two, may_replace_key: true })).toMatchObject({ status: 'ok' });
  });
});
