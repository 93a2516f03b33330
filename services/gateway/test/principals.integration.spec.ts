import { createSecretKey } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventCatalog, type EventEnvelope, type Principal, scopesOfKind } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import { createDataSource, createPool, type DataSource } from '@countersign/shared/persistence';
import { createLogger } from '@countersign/shared/telemetry';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { createManageKeys, type ManageKeys } from '../src/features/manage-keys/manage-keys.handler.ts';
import {
  createManagePrincipals,
  type ManagePrincipals,
} from '../src/features/manage-keys/manage-principals.handler.ts';
import { openTokenIssuers } from '../src/features/verify-principal/token-issuers.ts';
import { createVerifyCredential, type VerifyCredential } from '../src/features/verify-principal/verify-credential.ts';
import { issuedToken, tokenIssuer as issuer, keySet, tokenSecret as secret } from '@countersign/shared/testing';
import { ApiKeyEntity } from '../src/persistence/api-key.entity.ts';
import { KeyRepository } from '../src/persistence/key.repository.ts';
import { KnownPrincipalRepository } from '../src/persistence/known-principal.repository.ts';
import { PrincipalEntity } from '../src/persistence/principal.entity.ts';
import { PrincipalRepository } from '../src/persistence/principal.repository.ts';
import { TokenSubjectEntity } from '../src/persistence/token-subject.entity.ts';

let database: TestDatabase;
let pool: Pool;
let source: DataSource;
let keys: ManageKeys;
let principals: ManagePrincipals;
let verify: VerifyCredential;
let news: PrincipalRepository;
let listening: Promise<void>;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'gateway');
  const { databaseUrl } = database;
  pool = createPool({ databaseUrl, applicationName: 'principals-spec', max: 4 });
  source = createDataSource({
    databaseUrl,
    schema: 'gateway',
    applicationName: 'principals-spec',
    entities: [PrincipalEntity, ApiKeyEntity, TokenSubjectEntity],
  });
  await source.initialize();
  keys = createManageKeys(new KeyRepository(source));
  const maker = { secret: createSecretKey(secret, 'utf8'), audience: 'countersign' };
  principals = createManagePrincipals(new KnownPrincipalRepository(source), maker);
  news = new PrincipalRepository(pool, databaseUrl, createLogger({ service: 'gateway', level: 'fatal' }));
  listening = news.listen();
  while (!news.isListening()) await delay(20);
  const settings = { JWT_SECRET: secret, JWT_AUDIENCE: 'countersign', JWKS_STALE_SECONDS: 0 };
  const asymmetric = { JWKS: JSON.stringify(keySet), JWKS_ISSUER: issuer, JWKS_ALGORITHMS: ['ES256' as const] };
  verify = createVerifyCredential(news, await openTokenIssuers({ ...settings, ...asymmetric }));
});

afterAll(async () => {
  await news?.close();
  await Promise.all([pool?.end(), source?.destroy(), listening]);
  await database?.drop();
});

const refused = { code: 'AUTH.INVALID_CREDENTIAL' };
const isRefused = (credential: string) =>
  verify(credential).then(
    () => false,
    (error: { code?: string }) => error.code,
  );
async function said(type: keyof typeof eventCatalog, about: string): Promise<EventEnvelope[]> {
  const { rows } = await pool.query<{ payload: string }>('select payload from outbox where subject = $1', [type]);
  const events = rows.flatMap(({ payload }) => JSON.parse(payload) as EventEnvelope[]);
  return events.filter((event) => JSON.stringify(event).includes(about));
}

describe('a token that was made by hand', () => {
  it('stands for its principal as the row has it, is said once, and is kept nowhere', async () => {
    const made = await keys.create({ kind: 'approver', siteId: 'clinic-1', namespace: 'north', name: 'Approver' });
    const { token, token_id, expires_at } = await principals.token({ name: 'Approver' }, 24);
    expect(await verify(token)).toMatchObject<Partial<Principal>>({
      id: made.principal_id,
      kind: 'approver',
      siteId: 'clinic-1',
      namespace: 'north',
      scopes: scopesOfKind.approver,
    });
    expect(Math.abs(Date.parse(expires_at) - Date.now() - 86_400_000)).toBeLessThan(5_000);
    const [event, ...more] = await said('gateway.token-issued.v1', token_id);
    expect([more, event]).toMatchObject([[], { subject: 'clinic-1', data: { principal_id: made.principal_id } }]);
    eventCatalog['gateway.token-issued.v1'].schema.parse(event!.data);
    expect(JSON.stringify(event)).not.toContain(token.split('.')[2]);
  });

  it('changes with its principal, though it is remembered', async () => {
    const { principal_id } = await keys.create({ kind: 'administrator' });
    const { token } = await principals.token({ id: principal_id }, 1);
    expect((await verify(token)).scopes).toContain('evidence:retain');
    await pool.query(`update principals set scopes = '{stats:read}', site_id = 'clinic-2' where id = $1`, [
      principal_id,
    ]);
    await expect.poll(() => verify(token)).toMatchObject({ scopes: ['stats:read'], siteId: 'clinic-2' });
  });

  it('is not made for a name that several have, that nobody has, or without the secret', async () => {
    await Promise.all([keys.create({ kind: 'agent', name: 'twin' }), keys.create({ kind: 'auditor', name: 'twin' })]);
    await expect(principals.token({ name: 'twin' }, 1)).rejects.toMatchObject({ code: 'KEYS.NAME_AMBIGUOUS' });
    await expect(principals.token({ name: 'Nobody' }, 1)).rejects.toMatchObject({ code: 'KEYS.PRINCIPAL_NOT_FOUND' });
    const without = createManagePrincipals(new KnownPrincipalRepository(source), undefined);
    await expect(without.token({ name: 'twin' }, 1)).rejects.toMatchObject({ code: 'KEYS.SECRET_MISSING' });
  });

  it('is neither made for an appliance that enrolled, nor taken for one: it would outlive the next enrolment', async () => {
    const { principal_id } = await keys.create({ kind: 'appliance', siteId: 'clinic-3' });
    const { token } = await principals.token({ id: principal_id }, 1);
    await verify(token);
    const enrolled = [principal_id, 'f'.repeat(64)];
    await pool.query(`update principals set host_id = 'box-1', epoch = 1, public_key = $2 where id = $1`, enrolled);
    await expect.poll(() => isRefused(token)).toBe(refused.code);
    await expect(principals.token({ id: principal_id }, 1)).rejects.toMatchObject({ code: 'KEYS.ENROLLED' });
  });
});

describe('a principal that is disabled', () => {
  it('is let in no more, by none of its keys and tokens, at once; that is final and said once', async () => {
    const made = await keys.create({ kind: 'operator', name: 'Leaves' });
    const { token } = await principals.token({ id: made.principal_id }, 1);
    await Promise.all([verify(made.key), verify(token)]);
    const ends = await Promise.allSettled(Array.from({ length: 4 }, () => principals.disable({ name: 'Leaves' })));
    expect(ends.some((end) => end.status === 'fulfilled')).toBe(true);
    // Remembered for 5 s they would be: the news comes first.
    await expect
      .poll(() => Promise.all([isRefused(made.key), isRefused(token)]), { timeout: 2_000 })
      .toEqual([refused.code, refused.code]);
    const [event, ...more] = await said('gateway.principal-disabled.v1', made.principal_id);
    expect(more).toEqual([]);
    eventCatalog['gateway.principal-disabled.v1'].schema.parse(event!.data);
    await expect(principals.token({ id: made.principal_id }, 1)).rejects.toMatchObject({
      code: 'KEYS.PRINCIPAL_NOT_FOUND',
    });
    expect((await keys.list()).find(({ id }) => id === made.id)?.disabled_at).not.toBeNull();
  });
});

describe('a subject of another issuer', () => {
  it('is nobody until it is linked, and then whom the link names, by issuer and subject together', async () => {
    const subject = `user-${newId()}`;
    const token = issuedToken('ES256', { sub: subject });
    await expect(verify(token)).rejects.toMatchObject(refused);
    const { principal_id } = await keys.create({ kind: 'auditor', name: subject });
    await principals.link({ name: subject }, { issuer: `${issuer}other`, subject });
    await expect(verify(token)).rejects.toMatchObject(refused);
    await principals.link({ name: subject }, { issuer, subject });
    expect(await verify(token)).toMatchObject({ id: principal_id, kind: 'auditor' });
    const events = await said('gateway.subject-linked.v1', subject);
    expect(events).toHaveLength(2);
    for (const { data } of events) eventCatalog['gateway.subject-linked.v1'].schema.parse(data);
  });

  it('stays with its principal until that one is disabled', async () => {
    const subject = `user-${newId()}`;
    const [one, other] = await Promise.all([keys.create({ kind: 'agent' }), keys.create({ kind: 'agent' })]);
    await principals.link({ id: one.principal_id }, { issuer, subject });
    const again = () => principals.link({ id: other.principal_id }, { issuer, subject });
    await expect(again()).rejects.toMatchObject({ code: 'KEYS.SUBJECT_TAKEN' });
    const token = issuedToken('ES256', { sub: subject });
    expect((await verify(token)).id).toBe(one.principal_id);
    await principals.disable({ id: one.principal_id });
    await expect.poll(() => isRefused(token)).toBe(refused.code);
    await again();
    expect((await verify(token)).id).toBe(other.principal_id);
  });

  it('is forgotten when its link goes', async () => {
    const subject = `user-${newId()}`;
    const { principal_id } = await keys.create({ kind: 'agent' });
    await principals.link({ id: principal_id }, { issuer, subject });
    const token = issuedToken('ES256', { sub: subject });
    await verify(token);
    await pool.query('delete from token_subjects where subject = $1', [subject]);
    await expect.poll(() => isRefused(token), { timeout: 2_000 }).toBe(refused.code);
  });

  it('hears of what its site demands, though its token is remembered', async () => {
    const { principal_id } = await keys.create({ kind: 'appliance', siteId: 'clinic-4' });
    const { token } = await principals.token({ id: principal_id }, 1);
    expect((await verify(token)).policy).toMatchObject({ enrolment: 'optional' });
    const values = ['clinic-4', newId()];
    await pool.query(
      `insert into site_policies (site_id, enrolment, changed_by, changed_at) values ($1, 'required', $2, now())`,
      values,
    );
    await expect
      .poll(async () => (await verify(token)).policy, { timeout: 2_000 })
      .toMatchObject({
        enrolment: 'required',
      });
  });
});

describe('a key with an end', () => {
  it('is good until then by the clock of the database, and not a moment longer, remembered or not', async () => {
    const made = await keys.create({ kind: 'agent', hours: 1 });
    expect(made.expires_at).not.toBeNull();
    await pool.query(`update api_keys set expires_at = clock_timestamp() + interval '600 ms' where id = $1`, [made.id]);
    const { rows } = await pool.query<{ expires_at: Date }>('select expires_at from api_keys where id = $1', [made.id]);
    const endsAt = rows[0]!.expires_at.getTime();
    expect(await verify(made.key)).toMatchObject({ id: made.principal_id });
    let lastGood = 0;
    await expect
      .poll(
        async () => {
          const askedAt = Date.now();
          const code = await isRefused(made.key);
          if (code === false) lastGood = askedAt;
          return code;
        },
        { interval: 5, timeout: 3_000 },
      )
      .toBe(refused.code);
    // A Date cuts the microseconds off: the end lies somewhere in that millisecond.
    expect(lastGood).toBeLessThanOrEqual(endsAt);
    expect(lastGood).toBeGreaterThan(endsAt - 200);
  });
});
