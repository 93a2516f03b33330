import { randomBytes } from 'node:crypto';
import { Client } from 'minio';
import { afterAll, inject } from 'vitest';
import { type FaultyS3, startFaultyS3 } from './faulty-s3.ts';
import { anObject } from './objects.conformance.ts';
import { openVault } from './open-vault.ts';
import { type Vault } from './vault.ts';

/** The real store of this run (tools/s3). */
export const store = inject('s3');
const { hostname, port } = new URL(store.endpoint);

/** An administrator of the store who goes round the vault, with its root key. */
export const admin = new Client({
  endPoint: hostname,
  port: Number(port),
  useSSL: false,
  region: 'us-east-1',
  accessKey: store.accessKey,
  secretKey: store.secretKey,
  retryOptions: { disableRetry: true },
});

export const newBucket = (): string => `vault-${randomBytes(6).toString('hex')}`;

export const open = (bucket = newBucket(), endpoint = store.endpoint, timeoutMs = 10_000): Promise<Vault> =>
  openVault({ s3: { ...store, endpoint, bucket, region: 'us-east-1', timeoutMs } });

/** Through a proxy and in a hurry; but not for the first bucket and the first object, which cost a fresh store seconds. */
export async function openBehind(proxy: FaultyS3, timeoutMs: number): Promise<Vault> {
  const bucket = newBucket();
  const warm = await open(bucket);
  await warm.put(anObject());
  await warm.close();
  return open(bucket, proxy.endpoint, timeoutMs);
}

const proxies: FaultyS3[] = [];
export async function startProxy(): Promise<FaultyS3> {
  const proxy = await startFaultyS3(store.endpoint);
  proxies.push(proxy);
  return proxy;
}
afterAll(() => Promise.all(proxies.map((proxy) => proxy.close())));
