import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  eventCatalog,
  type EventEnvelope,
  fleetSubject,
  type PrincipalKind,
  scopesOfKind,
} from '@countersign/shared/contracts';
import { sha256Hex } from '@countersign/shared/crypto';
import { newId } from '@countersign/shared/kernel';
import {
  createDataSource,
  createPool,
  type DataSource,
  migrateAll,
  OutboxRepository,
} from '@countersign/shared/persistence';
import { createLogger } from '@countersign/shared/telemetry';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { createManageKeys, type ManageKeys } from '../src/features/manage-keys/manage-keys.handler.ts';
import { createVerifyCredential } from '../src/features/verify-principal/verify-credential.ts';
import { ApiKeyEntity } from '../src/persistence/api-key.entity.ts';
import { KeyRepository } from '../src/persistence/key.repository.ts';
import { PrincipalEntity } from '../src/persistence/principal.entity.ts';
import { PrincipalRepository } from '../src/persistence/principal.repository.ts';

const migrations = fileURLToPath(new URL('../src/persistence/migrations', import.meta.url));

let database: TestDatabase;
let pool: Pool;
let source: DataSource;
let repository: KeyRepository;
let keys: ManageKeys;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'gateway');
  const { databaseUrl } = database;
  pool = createPool({ databaseUrl, applicationName: 'keys-spec', max: 4 });
  source = createDataSource({
    databaseUrl,
    schema: 'gateway',
    applicationName: 'keys-spec',
    entities: [PrincipalEntity, ApiKeyEntity],
  });
  await source.initialize();
  repository = new KeyRepository(source);
  keys = createManageKeys(repository);
});

afterAll(async () => {
  await Promise.all([pool?.end(), source?.destroy()]);
  await database?.drop();
});

async function saidAbout(principalId: string): Promise<EventEnvelope[]> {
  const { rows } = await pool.query<{ subject: string; payload: string }>('select subject, payload from outbox');
  const events = rows.flatMap(({ subject, payload }) =>
    (JSON.parse(payload) as EventEnvelope[]).map((event) => {
      expect(event.type).toBe(subject);
      return event;
    }),
  );
  return events
    .filter((event) => (event.data as { principal_id: string }).principal_id === principalId)
    .toSorted((a, b) => a.type.localeCompare(b.type));
}

describe('the keys of principals', () => {
  it('are said with who it is, what it may do and since when, at the moment that the row says', async () => {
    const made = await keys.create({ kind: 'appliance', siteId: 'clinic-1', name: 'box' });
    const [event, ...more] = await saidAbout(made.principal_id);
    const { rows } = await pool.query('select created_at from principals where id = $1', [made.principal_id]);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      id: `principal:${made.principal_id}`,
      source: '/gateway',
      subject: 'clinic-1',
      time: rows[0].created_at.toISOString(),
      data: { kind: 'appliance', name: 'box', site_id: 'clinic-1', scopes: scopesOfKind.appliance },
    });
    eventCatalog['gateway.principal-created.v1'].schema.parse(event!.data);
    expect(JSON.stringify(event)).not.toContain(made.key);
    expect(JSON.stringify(event)).not.toContain(sha256Hex(made.key));
  });

  it('concern the fleet when they are bound to no site', async () => {
    const made = await keys.create({ kind: 'auditor' });
    await keys.revoke(made.id);
    expect((await saidAbout(made.principal_id)).map((event) => event.subject)).toEqual([fleetSubject, fleetSubject]);
  });

  it('are revoked once, and that is said once, though two administrators do it at the same moment', async () => {
    const made = await keys.create({ kind: 'operator' });
    const ends = await Promise.allSettled(Array.from({ length: 8 }, () => keys.revoke(made.id)));
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1);
    const [, revoked, ...more] = await saidAbout(made.principal_id);
    expect(more).toEqual([]);
    expect(revoked).toMatchObject({ id: `revoked:${made.id}`, data: { kind: 'operator', key_id: made.id } });
    eventCatalog['gateway.principal-revoked.v1'].schema.parse(revoked!.data);
    const { rows } = await pool.query('select revoked_at from api_keys where id = $1', [made.id]);
    expect(revoked!.time).toBe(rows[0].revoked_at.toISOString());
    await expect(keys.revoke(newId())).rejects.toMatchObject({ code: 'KEYS.NOT_FOUND' });
  });

  it('are not made when it cannot be said, nor revoked', async () => {
    const fail = () => {
      throw new Error('no words');
    };
    const id = newId();
    const principal = { id, kind: 'operator' as const, name: 'x', siteId: null, namespace: 'default', scopes: [] };
    await expect(repository.create(principal, { id, keySha256: Buffer.alloc(32, 1) }, fail)).rejects.toThrow(
      'no words',
    );
    expect((await pool.query('select from principals where id = $1', [id])).rowCount).toBe(0);
    const made = await keys.create({ kind: 'operator' });
    await expect(repository.revoke(made.id, fail)).rejects.toThrow('no words');
    expect((await pool.query('select revoked_at from api_keys where id = $1', [made.id])).rows).toEqual([
      { revoked_at: null },
    ]);
  });

  it('are due at once in the outbox, for the relay of a gateway', async () => {
    const made = await keys.create({ kind: 'agent' });
    const due = await new OutboxRepository(pool).claimUnpublished(1_000);
    expect(due.some((row) => row.payload.includes(`principal:${made.principal_id}`))).toBe(true);
  });
});

describe('scopes that a migration gives', () => {
  let older: TestDatabase;
  let olderPool: Pool;
  let folder: string;
  const formerScopes: Record<Exclude<PrincipalKind, 'approver'>, string[]> = {
    appliance: [
      'appliances:check-in',
      'orders:read',
      'orders:acknowledge',
      'incidents:report',
      'evidence:submit',
      'evidence:read',
      'runbooks:read',
      'stats:read',
    ],
    operator: ['orders:read', 'evidence:read', 'runbooks:read', 'stats:read'],
    agent: ['orders:read', 'evidence:read', 'runbooks:read', 'stats:read'],
    auditor: ['evidence:read', 'runbooks:read', 'stats:read'],
    administrator: [
      'appliances:check-in',
      'orders:read',
      'orders:acknowledge',
      'incidents:report',
      'evidence:submit',
      'evidence:read',
      'runbooks:read',
      'stats:read',
    ],
  };
  const formerKinds = Object.keys(formerScopes) as (keyof typeof formerScopes)[];
  const migrate = (migrationsFolder: string) =>
    migrateAll({
      adminUrl: older.adminUrl,
      services: [{ name: 'gateway', databaseUrl: older.databaseUrl, migrationsFolder }],
    });

  beforeAll(async () => {
    older = await createTestDatabase(inject('adminDatabaseUrl'), 'gateway');
    const admin = createPool({ databaseUrl: older.adminUrl, applicationName: 'keys-spec', max: 1 });
    await admin.query('drop schema gateway cascade');
    await admin.end();
    folder = await mkdtemp(join(tmpdir(), 'gateway-migrations-'));
    const first = '0001-create-gateway-tables.sql';
    await cp(join(migrations, first), join(folder, first));
    await migrate(folder);
    olderPool = createPool({ databaseUrl: older.databaseUrl, applicationName: 'keys-spec', max: 2 });
  });

  afterAll(async () => {
    await olderPool?.end();
    await older?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  async function addPrincipal(kind: PrincipalKind, name: string, scopes: string[], key: string): Promise<void> {
    const id = newId();
    await olderPool.query('insert into principals (id, kind, name, site_id, scopes) values ($1, $2, $3, $4, $5)', [
      id,
      kind,
      name,
      kind === 'appliance' ? 'clinic-1' : null,
      scopes,
    ]);
    await olderPool.query(`insert into api_keys (id, principal_id, key_sha256) values ($1, $2, decode($3, 'hex'))`, [
      newId(),
      id,
      sha256Hex(key),
    ]);
  }

  it('are those of the kind, widen nobody who was given less, and reach a gateway that remembers the key', async () => {
    for (const kind of formerKinds) await addPrincipal(kind, kind, formerScopes[kind], kind);
    await addPrincipal('administrator', 'narrow', ['stats:read'], 'narrow');
    const principals = new PrincipalRepository(
      olderPool,
      older.databaseUrl,
      createLogger({ service: 'gateway', level: 'fatal' }),
    );
    const listening = principals.listen();
    try {
      await expect.poll(() => principals.isListening(), { timeout: 10_000 }).toBe(true);
      const verify = createVerifyCredential(principals);
      const told: (string | undefined)[] = [];
      principals.onKeyChange((digest) => told.push(digest));
      await migrate(migrations);
      await expect.poll(() => told).toContain(sha256Hex('auditor'));
      expect((await verify('auditor')).scopes).toContain('ledger:read-entries');
    } finally {
      await principals.close();
      await listening;
    }
    const { rows } = await olderPool.query<{ name: string; scopes: string[] }>('select name, scopes from principals');
    const scopesOf = Object.fromEntries(rows.map(({ name, scopes }) => [name, scopes.toSorted()]));
    for (const kind of formerKinds) expect([kind, scopesOf[kind]]).toEqual([kind, scopesOfKind[kind].toSorted()]);
    expect(scopesOf['narrow']).toEqual(['stats:read']);
  });
});
