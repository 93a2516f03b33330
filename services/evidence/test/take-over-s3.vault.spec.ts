import { randomBytes } from 'node:crypto';
import { openVault, type Vault } from '@countersign/shared/vault';
import { Client } from 'minio';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { checkpointKeyOf } from '../src/domain/ledger-keys.ts';
import { openLedger, type OpenLedger, patience } from './open-ledger.ts';

/** The real store of this run (tools/s3), and an administrator of it with its root key. */
const store = inject('s3');
const { hostname, port } = new URL(store.endpoint);
const { accessKey, secretKey } = store;
const region = 'us-east-1';
const admin = new Client({ endPoint: hostname, port: Number(port), useSSL: false, region, accessKey, secretKey });

let ledger: OpenLedger;
let vault: Vault;
let bucket: string;
beforeEach(async () => {
  bucket = `take-over-${randomBytes(6).toString('hex')}`;
  vault = await openVault({ s3: { ...store, bucket, region, timeoutMs: 10_000 } });
  ledger = await openLedger();
  await ledger.append(300);
  const first = ledger.start(vault);
  await ledger.covers(300);
  await ledger.append(300);
  first.publisher.wake();
  await ledger.covers(600);
  await first.publisher.stop();
  await admin.removeObject(bucket, checkpointKeyOf(600));
}, 60_000);
afterEach(async () => {
  await ledger.close();
  await vault.close();
});

describe('a checkpoint that somebody deleted', () => {
  it('is not unsaid: a restored database that went on another way is refused', async () => {
    await ledger.restore(350, 300);
    await ledger.append(400);
    const { refused } = ledger.start(vault);
    await vi.waitFor(() => expect(refused).toHaveLength(1), patience);
    expect(refused[0]).toMatchObject({ code: 'LEDGER.ROLLED_BACK', details: { vault_size: 600, database_size: 300 } });
  });

  it('is adopted from below the delete marker when the leaves lead to it', async () => {
    await ledger.restore(600, 300);
    const { refused, publisher } = ledger.start(vault);
    await ledger.covers(600);
    await publisher.stop();
    expect(refused).toEqual([]);
  });
});
