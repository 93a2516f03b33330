import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { openVault, type Vault } from '@countersign/shared/vault';
import { Client } from 'minio';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { leafOf } from '../src/domain/leaf.ts';
import { batchKeyOf, checkpointKeyOf, tileKeyOf } from '../src/domain/ledger-keys.ts';
import { startEvidence } from './start-evidence.ts';
import { someEvents } from './start-publisher.ts';
import { digestsOf, handIn, publishAll, rebuildOf, someBundles, withAdmin } from './start-rebuild.ts';
import { newestCheckpoint } from './take-proofs.ts';

/** The real store of this run (tools/s3), and an administrator of it with its root key. */
const store = inject('s3');
const { hostname, port } = new URL(store.endpoint);
const { accessKey, secretKey } = store;
const region = 'us-east-1';
const admin = new Client({ endPoint: hostname, port: Number(port), useSSL: false, region, accessKey, secretKey });
const bucket = `rebuild-${randomBytes(6).toString('hex')}`;

let vault: Vault;
let database: TestDatabase;
beforeAll(async () => {
  vault = await openVault({ s3: { ...store, bucket, region, timeoutMs: 10_000 } });
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
}, 60_000);
afterAll(async () => {
  await database.drop();
  await vault.close();
});

describe('a rebuild from a bucket with Object Lock', () => {
  it('finds what was locked under what an administrator put over it or deleted', { timeout: 120_000 }, async () => {
    const evidence = startEvidence(database.databaseUrl, vault);
    await evidence.ledger.append(someEvents(260).map(leafOf));
    await handIn(evidence, someBundles(20, 2));
    await publishAll(database.databaseUrl, vault);
    await handIn(evidence, someBundles(4, 2));
    const size = await publishAll(database.databaseUrl, vault);
    const head = await newestCheckpoint(database.databaseUrl);
    const { rows: sealed } = await evidence.pool.query<{ key: string }>('select key from seals order by key limit 2');
    await evidence.stop();
    const before = await digestsOf(database.adminUrl);

    for (const key of [tileKeyOf(0, 0), batchKeyOf(size), sealed[0]!.key])
      await admin.putObject(bucket, key, Buffer.from('something else'));
    for (const key of [checkpointKeyOf(size), tileKeyOf('entries', 0), sealed[1]!.key])
      await admin.removeObject(bucket, key);
    await withAdmin(database.adminUrl, (pool) => pool.query('drop schema evidence cascade'));

    const { certificate } = await rebuildOf(database, vault).rebuild();
    expect(certificate).toMatchObject({ vault: { scheme: 's3' }, ledger: { size }, lost: [], adopted: [] });
    expect(await digestsOf(database.adminUrl)).toEqual(before);
    expect(await newestCheckpoint(database.databaseUrl)).toEqual(head);
  });
});
