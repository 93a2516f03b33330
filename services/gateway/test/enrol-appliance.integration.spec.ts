import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { eventCatalog, type EventEnvelope, type EventName, type RequestOf } from '@countersign/shared/contracts';
import { enrolmentSignedText, nodeEd25519, sha256Hex, type Signer } from '@countersign/shared/crypto';
import { AppError, newId } from '@countersign/shared/kernel';
import type { Requester } from '@countersign/shared/messaging';
import { createPool } from '@countersign/shared/persistence';
import { createLogger } from '@countersign/shared/telemetry';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { createEnrolAppliance } from '../src/features/enrol-appliance/enrol-appliance.handler.ts';
import { createManageEnrolmentTokens } from '../src/features/manage-enrolment-tokens/manage-enrolment-tokens.handler.ts';
import { EnrolmentTokenRepository } from '../src/persistence/enrolment-token.repository.ts';
import { EnrolmentRepository } from '../src/persistence/enrolment.repository.ts';
import { PrincipalRepository } from '../src/persistence/principal.repository.ts';

type Question = RequestOf<'rpc.orders.enrol-appliance.v1'>;

let database: TestDatabase;
let pool: Pool;
let principals: PrincipalRepository;
let site: string;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'gateway');
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'enrol-spec', max: 8 });
  principals = new PrincipalRepository(
    pool,
    database.databaseUrl,
    createLogger({ service: 'gateway', level: 'fatal' }),
  );
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});
beforeEach(() => (site = `clinic-${randomBytes(4).toString('hex')}`));

/** Orders as far as an enrolment goes: the same enrolment has the same epoch, and a key is somebody's. */
function playOrders() {
  const epochs = new Map<string, number>();
  const current = new Map<string, number>();
  const orders = { taken: new Set<string>(), asked: [] as Question[], before: async () => {}, after: async () => {} };
  const ask = async (name: string, item: Question) => {
    if (name !== 'rpc.orders.enrol-appliance.v1') throw new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'x');
    await orders.before();
    orders.asked.push(item);
    if (orders.taken.has(item.public_key)) throw new AppError('ENROLMENT.KEY_TAKEN', 'conflict', 'x');
    const box = `${item.site_id}/${item.host_id}`;
    const known = epochs.get(item.enrolment_id);
    if (known !== undefined && known < current.get(box)!) throw new AppError('ENROLMENT.SUPERSEDED', 'conflict', 'x');
    const epoch = known ?? (current.get(box) ?? 0) + 1;
    epochs.set(item.enrolment_id, epoch);
    current.set(box, Math.max(epoch, current.get(box) ?? 0));
    await orders.after();
    return { epoch, enrolled_at: '2026-01-10T12:00:00.000Z', server_public_keys: ['ab'.repeat(32)] };
  };
  return {
    ...orders,
    ask: ask as unknown as Requester['ask'],
    set: (changes: Partial<typeof orders>) => Object.assign(orders, changes),
  };
}

function startGateway(orders = playOrders()) {
  const time = { now: new Date() };
  const clock = { now: () => time.now };
  const tokens = new EnrolmentTokenRepository(pool);
  const publish = () => {};
  const repository = new EnrolmentRepository(pool);
  const handle = createEnrolAppliance({ tokens, repository, requester: orders, publish, clock });
  return {
    orders,
    time,
    tokens: createManageEnrolmentTokens(tokens, publish, clock),
    enrol: (body: object) => handle(body, { traceparent: '00-a-b-00' }),
  };
}

const newSigner = () => nodeEd25519.createSigner(randomBytes(32).toString('hex'));
const nobody = { principal: null };
let moment = 0;
function request(token: string, changes: Record<string, unknown> = {}, signer: Signer = newSigner()) {
  const statement = {
    token,
    site_id: site,
    host_id: 'box-1',
    public_key: signer.publicKey,
    requested_at: new Date(Date.now() + (moment += 1)).toISOString(),
    nonce: randomBytes(16).toString('hex'),
    ...changes,
  };
  return { ...statement, proof: signer.sign(enrolmentSignedText(statement)) };
}
const makeToken = async (gateway: ReturnType<typeof startGateway>, changes: object = {}) =>
  gateway.tokens.create({ site_id: site, ...changes }, nobody);
const principalOf = (key: string) => principals.findByKeyDigest(sha256Hex(key));
const refusal = (code: string) => expect.objectContaining({ code });

async function said(type?: EventName): Promise<EventEnvelope[]> {
  const { rows } = await pool.query<{ payload: string }>('select payload from outbox order by id');
  const events = rows.flatMap(({ payload }) => JSON.parse(payload) as EventEnvelope[]);
  for (const event of events) eventCatalog[event.type as EventName].schema.parse(event.data);
  return events.filter((event) => event.subject === site && (type === undefined || event.type === type));
}

describe('an enrolment', () => {
  it('gives a credential for this appliance and epoch only, and keeps neither it nor the token', async () => {
    const gateway = startGateway();
    const { token, token_id } = await makeToken(gateway);
    const body = request(token);
    const answer = await gateway.enrol(body);
    expect(answer).toMatchObject({ appliance: { site_id: site, host_id: 'box-1' }, epoch: 1, ledger_key: null });
    expect(await principalOf(answer.credential.key)).toMatchObject({
      ...{ kind: 'appliance', siteId: site, hostId: 'box-1', epoch: 1, publicKey: body.public_key },
      policy: { enrolment: 'optional' },
    });
    const events = await said();
    expect(events.map(({ type }) => type)).toEqual([
      'gateway.enrolment-token-created.v1',
      'gateway.principal-created.v1',
      'gateway.enrolment-token-used.v1',
    ]);
    expect(events[2]!.data).toMatchObject({ token_id, host_id: 'box-1', public_key: body.public_key, epoch: 1 });
    const kept = JSON.stringify(
      (await pool.query('select * from enrolment_tokens, enrolments, api_keys, outbox')).rows,
    );
    for (const secret of [token, answer.credential.key, sha256Hex(token)]) expect(kept).not.toContain(secret);
  });

  it('by 50 boxes at the same moment with a token for one succeeds for exactly one', async () => {
    const orders = playOrders();
    const gateways = [startGateway(orders), startGateway(orders)] as const;
    const { token } = await makeToken(gateways[0]);
    const ends = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => gateways[n % 2]!.enrol(request(token, { host_id: `box-${n}` }))),
    );
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1);
    const codes = ends.flatMap((end) => (end.status === 'rejected' ? [(end.reason as AppError).code] : []));
    expect(new Set(codes)).toEqual(new Set(['ENROLMENT.TOKEN_REFUSED']));
    expect(orders.asked).toHaveLength(1);
    expect(await said('gateway.enrolment-token-used.v1')).toHaveLength(1);
  });

  it('uses a token for three three times, however many come', async () => {
    const gateway = startGateway();
    const { token } = await makeToken(gateway, { uses: 3 });
    const ends = await Promise.allSettled(
      Array.from({ length: 12 }, (_, n) => gateway.enrol(request(token, { host_id: `box-${n}` }))),
    );
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(3);
    const { tokens } = await gateway.tokens.list({ site_id: site }, nobody);
    expect(tokens).toMatchObject([{ uses: 3, uses_left: 0, state: 'used' }]);
  });

  it('revokes what the box before it had, in the same commit', async () => {
    const gateway = startGateway();
    const first = await gateway.enrol(request((await makeToken(gateway)).token));
    const sibling = await gateway.enrol(request((await makeToken(gateway)).token, { host_id: 'box-2' }));
    const second = await gateway.enrol(request((await makeToken(gateway)).token));
    expect(await principalOf(first.credential.key)).toBeUndefined();
    expect(await principalOf(second.credential.key)).toMatchObject({ hostId: 'box-1', epoch: 2 });
    expect(await principalOf(sibling.credential.key)).toMatchObject({ hostId: 'box-2', epoch: 1 });
    const revoked = await said('gateway.principal-revoked.v1');
    expect(revoked.map(({ data }) => (data as { key_id: string }).key_id)).toEqual([first.credential.id]);
  });

  it('that is completed late, after a newer one, gives nothing away and revokes nothing', async () => {
    const gateway = startGateway();
    let pass = (): void => {};
    const held = new Promise<void>((resolve) => (pass = resolve));
    gateway.orders.set({ after: () => held });
    const slow = gateway.enrol(request((await makeToken(gateway)).token));
    await expect.poll(() => gateway.orders.asked.length).toBe(1);
    gateway.orders.set({ after: async () => {} });
    const newer = await gateway.enrol(request((await makeToken(gateway)).token));
    pass();
    await expect(slow).rejects.toThrow(refusal('ENROLMENT.SUPERSEDED'));
    expect(await principalOf(newer.credential.key)).toMatchObject({ epoch: 2 });
  });
});

describe('an enrolment that breaks off is finished by the same token with the same key', () => {
  const crash = async () => {
    throw new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'the process died');
  };

  it.each(['before orders has heard of it', 'after orders has done it'])('%s', async (when) => {
    const gateway = startGateway();
    const signer = newSigner();
    const { token } = await makeToken(gateway);
    gateway.orders.set(when.startsWith('before') ? { before: crash } : { after: crash });
    await expect(gateway.enrol(request(token, {}, signer))).rejects.toThrow(refusal('MESSAGING.UNAVAILABLE'));
    // The use is this key's: nobody else gets in meanwhile.
    await expect(gateway.enrol(request(token))).rejects.toThrow(refusal('ENROLMENT.TOKEN_REFUSED'));
    gateway.orders.set({ before: async () => {}, after: async () => {} });
    const body = request(token, {}, signer);
    const answer = await gateway.enrol(body);
    expect(answer.epoch).toBe(1);
    expect(new Set(gateway.orders.asked.map((one) => one.enrolment_id)).size).toBe(1);
    expect(await principalOf(answer.credential.key)).toMatchObject({ epoch: 1 });
  });

  it('when the very same request is sent again', async () => {
    const gateway = startGateway();
    const { token } = await makeToken(gateway);
    const body = request(token);
    gateway.orders.set({ after: crash });
    await expect(gateway.enrol(body)).rejects.toThrow();
    gateway.orders.set({ after: async () => {} });
    expect(await gateway.enrol(body)).toMatchObject({ epoch: 1 });
  });

  it('when the last commit fails: there is no credential, no event, and no half of either', async () => {
    const gateway = startGateway();
    const signer = newSigner();
    const { token } = await makeToken(gateway);
    const admin = createPool({ databaseUrl: database.adminUrl, applicationName: 'enrol-spec', max: 1 });
    await admin.query(
      `create function gateway.fail() returns trigger language plpgsql as $$ begin raise exception 'x'; end $$`,
    );
    await admin.query(
      'create trigger fail before update on gateway.enrolments for each row execute function gateway.fail()',
    );
    await expect(gateway.enrol(request(token, {}, signer))).rejects.toThrow();
    await admin.query('drop function gateway.fail cascade');
    await admin.end();
    expect((await pool.query('select from principals where site_id = $1', [site])).rowCount).toBe(0);
    expect(await said('gateway.principal-created.v1')).toEqual([]);
    expect(await gateway.enrol(request(token, {}, signer))).toMatchObject({ epoch: 1 });
  });

  it('when only the answer was lost: a new proof gets a fresh credential, and the lost one is revoked', async () => {
    const gateway = startGateway();
    const signer = newSigner();
    const { token } = await makeToken(gateway);
    const lost = await gateway.enrol(request(token, {}, signer));
    const fresh = await gateway.enrol(request(token, {}, signer));
    expect(fresh.epoch).toBe(1);
    expect(await principalOf(lost.credential.key)).toBeUndefined();
    const principal = await principalOf(fresh.credential.key);
    expect(principal).toMatchObject({ epoch: 1 });
    expect(await said('gateway.principal-created.v1')).toHaveLength(1);
    expect(await said('gateway.enrolment-token-used.v1')).toHaveLength(2);
  });

  it('and of 20 such repeats at once one credential is left', async () => {
    const gateway = startGateway();
    const signer = newSigner();
    const { token } = await makeToken(gateway);
    const ends = await Promise.allSettled(Array.from({ length: 20 }, () => gateway.enrol(request(token, {}, signer))));
    const won = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value.credential.key] : []));
    expect(won.length).toBeGreaterThan(0);
    const good = (await Promise.all(won.map(principalOf))).filter((one) => one !== undefined);
    expect(good).toHaveLength(1);
    expect(await said('gateway.principal-created.v1')).toHaveLength(1);
  });
});

describe('a hostile enrolment', () => {
  it('with a recorded request gets nothing: a proof is answered once', async () => {
    const gateway = startGateway();
    const { token } = await makeToken(gateway);
    const body = request(token);
    const { credential } = await gateway.enrol(body);
    await expect(gateway.enrol(body)).rejects.toThrow(refusal('ENROLMENT.REPLAYED'));
    expect(await principalOf(credential.key)).toBeDefined();
  });

  it('learns nothing of a token that is not good: the answer is the same for all', async () => {
    const gateway = startGateway();
    const [expired, revoked, used, foreign, bound] = await Promise.all([
      makeToken(gateway, { expires_in_seconds: 60 }),
      makeToken(gateway),
      makeToken(gateway),
      makeToken(gateway, { site_id: 'elsewhere' }),
      makeToken(gateway, { host_id: 'box-9' }),
    ]);
    await gateway.tokens.revoke({ token_id: revoked.token_id }, nobody);
    await gateway.enrol(request(used.token, { host_id: 'box-5' }));
    gateway.time.now = new Date(Date.now() + 61_000);
    const answers: unknown[] = [];
    for (const token of [
      expired.token,
      revoked.token,
      used.token,
      foreign.token,
      bound.token,
      `cse_${'A'.repeat(43)}`,
    ]) {
      const error = await gateway.enrol(request(token)).then(
        () => undefined,
        (thrown: AppError) => thrown,
      );
      answers.push([error?.code, error?.kind, error?.message, error?.details]);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toEqual(['ENROLMENT.TOKEN_REFUSED', 'unauthenticated', expect.any(String), undefined]);
    expect(gateway.orders.asked).toHaveLength(1);
  });

  it('with a proof of another token, site, host, key, time or nonce is refused', async () => {
    const gateway = startGateway();
    const [one, other] = await Promise.all([makeToken(gateway), makeToken(gateway)]);
    const body = request(one.token);
    const forgeries = [
      { ...body, token: other.token },
      { ...body, host_id: 'box-2' },
      { ...body, public_key: newSigner().publicKey },
      { ...body, requested_at: new Date().toISOString() },
      { ...body, nonce: '00'.repeat(16) },
      { ...body, proof: '00'.repeat(64) },
      { ...body, proof: newSigner().sign(enrolmentSignedText(body)) },
    ];
    for (const forged of forgeries) {
      await expect(gateway.enrol(forged)).rejects.toThrow(refusal('ENROLMENT.PROOF_INVALID'));
    }
    expect(gateway.orders.asked).toEqual([]);
    expect(await gateway.enrol(body)).toMatchObject({ epoch: 1 });
  });

  it.each(['00'.repeat(32), `01${'00'.repeat(31)}`, `ec${'ff'.repeat(30)}7f`, `ed${'ff'.repeat(30)}7f`])(
    'with the key %s, under which others could sign too, is refused',
    async (public_key) => {
      const gateway = startGateway();
      const { token } = await makeToken(gateway);
      const body = { ...request(token, { public_key }), proof: `01${'00'.repeat(63)}` };
      await expect(gateway.enrol(body)).rejects.toThrow(refusal('CRYPTO.UNACCEPTABLE_PUBLIC_KEY'));
    },
  );

  it('from another time is refused, and told ours', async () => {
    const gateway = startGateway();
    const { token } = await makeToken(gateway);
    for (const minutes of [-6, 6]) {
      const requested_at = new Date(Date.now() + minutes * 60_000).toISOString();
      const error = await gateway.enrol(request(token, { requested_at })).catch((thrown: AppError) => thrown);
      expect(error).toMatchObject({ code: 'ENROLMENT.CLOCK_SKEWED', details: { server_time: expect.any(String) } });
    }
  });

  it('with a key that is taken costs the token nothing', async () => {
    const gateway = startGateway();
    const { token } = await makeToken(gateway);
    const signer = newSigner();
    gateway.orders.taken.add(signer.publicKey);
    await expect(gateway.enrol(request(token, {}, signer))).rejects.toThrow(refusal('ENROLMENT.KEY_TAKEN'));
    expect(await gateway.enrol(request(token))).toMatchObject({ epoch: 1 });
  });

  it('that comes while its token is revoked is before it or refused, never half', async () => {
    const gateway = startGateway();
    for (let round = 0; round < 8; round += 1) {
      const { token, token_id } = await makeToken(gateway);
      const host_id = `box-${round}`;
      const [end] = await Promise.allSettled([
        gateway.enrol(request(token, { host_id })),
        gateway.tokens.revoke({ token_id }, nobody),
      ]);
      const { rowCount } = await pool.query('select from principals where site_id = $1 and host_id = $2', [
        site,
        host_id,
      ]);
      expect(rowCount).toBe(end.status === 'fulfilled' ? 1 : 0);
      await expect(gateway.enrol(request(token, { host_id }))).rejects.toThrow(refusal('ENROLMENT.TOKEN_REFUSED'));
    }
  });
});

describe('tokens', () => {
  it('are revoked once, which is said once, and by nobody of another site', async () => {
    const gateway = startGateway();
    const { token_id } = await makeToken(gateway);
    const stranger = { principal: { id: newId(), siteId: 'elsewhere' } };
    await expect(gateway.tokens.revoke({ token_id }, stranger)).rejects.toThrow(refusal('ENROLMENT.TOKEN_NOT_FOUND'));
    await expect(gateway.tokens.revoke({ token_id: newId() }, nobody)).rejects.toThrow(
      refusal('ENROLMENT.TOKEN_NOT_FOUND'),
    );
    const first = await gateway.tokens.revoke({ token_id }, nobody);
    gateway.time.now = new Date(Date.now() + 1_000);
    expect(await gateway.tokens.revoke({ token_id }, nobody)).toEqual(first);
    expect(await said('gateway.enrolment-token-revoked.v1')).toHaveLength(1);
  });

  it('are listed to a principal of a site as those of its site, whatever is asked, and never with their secret', async () => {
    const gateway = startGateway();
    const { token, token_id } = await makeToken(gateway);
    await makeToken(gateway, { site_id: 'elsewhere' });
    const own = await gateway.tokens.list({}, { principal: { id: newId(), siteId: site } });
    expect(own.tokens.map((one) => one.token_id)).toEqual([token_id]);
    expect(JSON.stringify(own)).not.toContain(token);
    expect(JSON.stringify(own)).not.toContain(sha256Hex(token));
  });
});
