import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256Hex } from '@countersign/shared/crypto';
import { AppError } from '@countersign/shared/kernel';
import { createPool } from '@countersign/shared/persistence';
import { type EnrolmentSide, newSigner, newSite, nobody, openEnrolmentSide, playOrders } from './enrolment-side.ts';

let side: EnrolmentSide;
let site: string;

beforeAll(async () => {
  side = await openEnrolmentSide();
});
afterAll(() => side?.close());
beforeEach(() => (site = newSite()));

const refusal = (code: string) => expect.objectContaining({ code });

describe('an enrolment', () => {
  it('gives a credential for this appliance and epoch only, and keeps neither it nor the token', async () => {
    const gateway = side.startGateway();
    const { token, token_id } = await side.makeToken(gateway, site);
    const body = side.request(token, site);
    const answer = await gateway.enrol(body);
    expect(answer).toMatchObject({ appliance: { site_id: site, host_id: 'box-1' }, epoch: 1, ledger_key: null });
    expect(await side.principalOf(answer.credential.key)).toMatchObject({
      kind: 'appliance',
      siteId: site,
      hostId: 'box-1',
      epoch: 1,
      publicKey: body.public_key,
      policy: { enrolment: 'optional' },
    });
    const events = await side.said(site);
    expect(events.map(({ type }) => type)).toEqual([
      'gateway.enrolment-token-created.v1',
      'gateway.principal-created.v1',
      'gateway.enrolment-token-used.v1',
    ]);
    expect(events[2]!.data).toMatchObject({ token_id, host_id: 'box-1', public_key: body.public_key, epoch: 1 });
    const kept = JSON.stringify(
      (await side.pool.query('select * from enrolment_tokens, enrolments, api_keys, outbox')).rows,
    );
    for (const secret of [token, answer.credential.key, sha256Hex(token)]) expect(kept).not.toContain(secret);
  });

  it('by 50 boxes at the same moment with a token for one succeeds for exactly one', async () => {
    const orders = playOrders();
    const gateways = [side.startGateway(orders), side.startGateway(orders)] as const;
    const { token } = await side.makeToken(gateways[0], site);
    const ends = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => gateways[n % 2]!.enrol(side.request(token, site, { host_id: `box-${n}` }))),
    );
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1);
    const codes = ends.flatMap((end) => (end.status === 'rejected' ? [(end.reason as AppError).code] : []));
    expect(new Set(codes)).toEqual(new Set(['ENROLMENT.TOKEN_REFUSED']));
    expect(orders.asked).toHaveLength(1);
    expect(await side.said(site, 'gateway.enrolment-token-used.v1')).toHaveLength(1);
  });

  it('uses a token for three three times, however many come', async () => {
    const gateway = side.startGateway();
    const { token } = await side.makeToken(gateway, site, { uses: 3 });
    const ends = await Promise.allSettled(
      Array.from({ length: 12 }, (_, n) => gateway.enrol(side.request(token, site, { host_id: `box-${n}` }))),
    );
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(3);
    const { tokens } = await gateway.tokens.list({ site_id: site }, nobody);
    expect(tokens).toMatchObject([{ uses: 3, uses_left: 0, state: 'used' }]);
  });

  it('revokes what the box before it had, in the same commit', async () => {
    const gateway = side.startGateway();
    const first = await gateway.enrol(side.request((await side.makeToken(gateway, site)).token, site));
    const sibling = await gateway.enrol(
      side.request((await side.makeToken(gateway, site)).token, site, { host_id: 'box-2' }),
    );
    const second = await gateway.enrol(side.request((await side.makeToken(gateway, site)).token, site));
    expect(await side.principalOf(first.credential.key)).toBeUndefined();
    expect(await side.principalOf(second.credential.key)).toMatchObject({ hostId: 'box-1', epoch: 2 });
    expect(await side.principalOf(sibling.credential.key)).toMatchObject({ hostId: 'box-2', epoch: 1 });
    const revoked = await side.said(site, 'gateway.principal-revoked.v1');
    expect(revoked.map(({ data }) => (data as { key_id: string }).key_id)).toEqual([first.credential.id]);
  });

  it('that is completed late, after a newer one, gives nothing away and revokes nothing', async () => {
    const gateway = side.startGateway();
    let pass = (): void => {};
    const held = new Promise<void>((resolve) => (pass = resolve));
    gateway.orders.set({ after: () => held });
    const slow = gateway.enrol(side.request((await side.makeToken(gateway, site)).token, site));
    await expect.poll(() => gateway.orders.asked.length).toBe(1);
    gateway.orders.set({ after: async () => {} });
    const newer = await gateway.enrol(side.request((await side.makeToken(gateway, site)).token, site));
    pass();
    await expect(slow).rejects.toThrow(refusal('ENROLMENT.SUPERSEDED'));
    expect(await side.principalOf(newer.credential.key)).toMatchObject({ epoch: 2 });
  });
});

describe('an enrolment that breaks off is finished by the same token with the same key', () => {
  const crash = async () => {
    throw new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'the process died');
  };

  it.each(['before orders has heard of it', 'after orders has done it'])('%s', async (when) => {
    const gateway = side.startGateway();
    const signer = newSigner();
    const { token } = await side.makeToken(gateway, site);
    gateway.orders.set(when.startsWith('before') ? { before: crash } : { after: crash });
    await expect(gateway.enrol(side.request(token, site, {}, signer))).rejects.toThrow(
      refusal('MESSAGING.UNAVAILABLE'),
    );
    // The use is this key's: nobody else gets in meanwhile.
    await expect(gateway.enrol(side.request(token, site))).rejects.toThrow(refusal('ENROLMENT.TOKEN_REFUSED'));
    gateway.orders.set({ before: async () => {}, after: async () => {} });
    const body = side.request(token, site, {}, signer);
    const answer = await gateway.enrol(body);
    expect(answer.epoch).toBe(1);
    expect(new Set(gateway.orders.asked.map((one) => one.enrolment_id)).size).toBe(1);
    expect(await side.principalOf(answer.credential.key)).toMatchObject({ epoch: 1 });
  });

  it('when the very same request is sent again', async () => {
    const gateway = side.startGateway();
    const { token } = await side.makeToken(gateway, site);
    const body = side.request(token, site);
    gateway.orders.set({ after: crash });
    await expect(gateway.enrol(body)).rejects.toThrow();
    gateway.orders.set({ after: async () => {} });
    expect(await gateway.enrol(body)).toMatchObject({ epoch: 1 });
  });

  it('when the last commit fails: there is no credential, no event, and no half of either', async () => {
    const gateway = side.startGateway();
    const signer = newSigner();
    const { token } = await side.makeToken(gateway, site);
    const { adminUrl, pool } = side;
    const admin = createPool({ databaseUrl: adminUrl, applicationName: 'enrol-spec', max: 1 });
    await admin.query(
      `create function gateway.fail() returns trigger language plpgsql as $$ begin raise exception 'x'; end $$`,
    );
    await admin.query(
      'create trigger fail before update on gateway.enrolments for each row execute function gateway.fail()',
    );
    await expect(gateway.enrol(side.request(token, site, {}, signer))).rejects.toThrow();
    await admin.query('drop function gateway.fail cascade');
    await admin.end();
    expect((await pool.query('select from principals where site_id = $1', [site])).rowCount).toBe(0);
    expect(await side.said(site, 'gateway.principal-created.v1')).toEqual([]);
    expect(await gateway.enrol(side.request(token, site, {}, signer))).toMatchObject({ epoch: 1 });
  });

  it('when only the answer was lost: a new proof gets a fresh credential, and the lost one is revoked', async () => {
    const gateway = side.startGateway();
    const signer = newSigner();
    const { token } = await side.makeToken(gateway, site);
    const lost = await gateway.enrol(side.request(token, site, {}, signer));
    const fresh = await gateway.enrol(side.request(token, site, {}, signer));
    expect(fresh.epoch).toBe(1);
    expect(await side.principalOf(lost.credential.key)).toBeUndefined();
    const principal = await side.principalOf(fresh.credential.key);
    expect(principal).toMatchObject({ epoch: 1 });
    expect(await side.said(site, 'gateway.principal-created.v1')).toHaveLength(1);
    expect(await side.said(site, 'gateway.enrolment-token-used.v1')).toHaveLength(2);
  });

  it('and of 20 such repeats at once one credential is left', async () => {
    const gateway = side.startGateway();
    const signer = newSigner();
    const { token } = await side.makeToken(gateway, site);
    const ends = await Promise.allSettled(
      Array.from({ length: 20 }, () => gateway.enrol(side.request(token, site, {}, signer))),
    );
    const won = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value.credential.key] : []));
    expect(won.length).toBeGreaterThan(0);
    const good = (await Promise.all(won.map(side.principalOf))).filter((one) => one !== undefined);
    expect(good).toHaveLength(1);
    expect(await side.said(site, 'gateway.principal-created.v1')).toHaveLength(1);
  });
});
