import { randomBytes } from 'node:crypto';
import { Client } from 'minio';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openVault, type Vault } from '@countersign/shared/vault';
import { batchKeyOf, checkpointKeyOf, dataKeyOf, tileKeyOf } from '../src/domain/ledger-keys.ts';
import { flipBit, namesOf, openScrubbed, type Sealed } from './open-scrubbed.ts';

/** The real store of this run (tools/s3), and an administrator of it who goes round the vault, with its root key. */
const store = inject('s3');
const { hostname, port } = new URL(store.endpoint);
const admin = new Client({
  endPoint: hostname,
  port: Number(port),
  useSSL: false,
  region: 'us-east-1',
  accessKey: store.accessKey,
  secretKey: store.secretKey,
  retryOptions: { disableRetry: true },
});
const bucket = `scrub-${randomBytes(6).toString('hex')}`;

let vault: Vault;
let system: Awaited<ReturnType<typeof openScrubbed>>;
let north: Sealed[];

beforeAll(async () => {
  vault = await openVault({ s3: { ...store, bucket, region: 'us-east-1', timeoutMs: 10_000 } });
  system = await openScrubbed(vault);
  await system.fill();
  north = await system.sealed('north');
}, 120_000);

afterAll(async () => {
  await system.close();
  await vault.close();
});

const found = async () => namesOf(await system.scrub());
const itemOf = ({ key, version_id }: Sealed) => `${key}?versionId=${version_id}`;
const remove = (key: string, versionId: string) => admin.removeObject(bucket, key, { versionId });
/** What a round finds while somebody has put these bytes above a key, which are then taken away: they are not locked. */
async function whileOverwritten(key: string, bytes: Buffer, look = found): Promise<string[]> {
  const { versionId } = await admin.putObject(bucket, key, bytes);
  try {
    return await look();
  } finally {
    await remove(key, versionId!);
  }
}
/** The same with a delete marker, which is what a deletion without a version leaves. */
async function whileDeleted(key: string): Promise<string[]> {
  await admin.removeObject(bucket, key);
  try {
    return await found();
  } finally {
    const [marker] = await vault.versions(key);
    await remove(key, marker!.versionId);
  }
}
const bytesOf = ({ key, version_id }: Sealed) => vault.get(key, version_id).then((bytes) => Buffer.from(bytes));
const firstOf = async (key: string) => (await vault.versions(key)).at(-1)!.versionId;
const newest = async () => (await system.reader.newestCheckpoint())!.size;

describe('on a store with Object Lock, a whole system', () => {
  it('has no fault', async () => {
    const result = await system.scrub();
    expect(namesOf(result)).toEqual([]);
    expect(result.objects).toBeGreaterThan(40);
  });
});

describe('a sealed object of the store', () => {
  it('that was overwritten is named, by the version that is still whole', async () => {
    const object = north[1]!;
    const other = flipBit(await bytesOf(object));
    expect(await whileOverwritten(object.key, other)).toEqual([`object-overwritten ${itemOf(object)}`]);
    expect(await found()).toEqual([]);
  });

  it('that was delete-marked is named', async () => {
    expect(await whileDeleted(north[2]!.key)).toEqual([`object-delete-marked ${itemOf(north[2]!)}`]);
  });

  it('of which somebody put the same bytes once more is whole', async () => {
    expect(await whileOverwritten(north[0]!.key, await bytesOf(north[0]!))).toEqual([]);
  });

  it('whose row names a version that is not locked, with a bit flipped, is told from the true one', async () => {
    const object = north[3]!;
    const { versionId } = await admin.putObject(bucket, object.key, flipBit(await bytesOf(object)));
    try {
      const sql = `update seals set version_id = '${versionId}' where evidence_id = '${object.evidence_id}'`;
      const names = await system.findAfter(sql);
      expect(names).toContain(`object-changed ${object.key}?versionId=${versionId}`);
      // Not even with the digest of the other bytes in the row: the bundle and the ledger have the true one.
      const digest = `update seals set sha256 = '${'0'.repeat(64)}' where evidence_id = '${object.evidence_id}'`;
      expect(await system.findAfter(sql, digest)).toContain(`object-changed ${object.key}?versionId=${versionId}`);
    } finally {
      await remove(object.key, versionId!);
    }
  });

  it('whose row names a version that is not there is told from a lost object', async () => {
    const { evidence_id } = north[3]!;
    const sql = `update seals set version_id = 'nowhere' where evidence_id = '${evidence_id}'`;
    expect(await system.findAfter(sql)).toEqual([`row-changed seals/${evidence_id}`]);
  });

  it('under a recorded hold which the store does not keep is named, and so is one that is kept too shortly', async () => {
    const { evidence_id } = north[4]!;
    const change = (kind: string, until: string, event: string) => `
      with changed as (
        insert into retention_changes (id, evidence_id, kind, retain_until, reason, principal_id, changed_at)
        select gen_random_uuid(), '${evidence_id}', '${kind}', ${until}, 'by hand', gen_random_uuid(), now()
        returning *
      )
      select ${event} from changed`;
    expect(await system.findAfter(change('hold-on', 'null', '1'))).toContain(`legal-hold-missing ${itemOf(north[4]!)}`);
    expect(await system.findAfter(change('extended', `now() + interval '90 years'`, '1'))).toContain(
      `retention-too-short ${itemOf(north[4]!)}`,
    );
  });
});

describe('an object that nobody recorded', () => {
  it('is named with its version', async () => {
    const { versionId } = await admin.putObject(bucket, 'north/planted.json', Buffer.from('{}'));
    try {
      expect(await found()).toEqual([`object-unknown north/planted.json?versionId=${versionId}`]);
      expect(namesOf(await system.scrub({ graceMs: 60_000 }))).toEqual([]);
    } finally {
      await remove('north/planted.json', versionId!);
    }
  });
});

describe('an object of the ledger', () => {
  const keys = async () => {
    const { rows } = await system.admin.query<{ sha256: string }>(
      `select encode(sha256(convert_to(data, 'UTF8')), 'hex') as sha256 from ledger_leaves where data is not null`,
    );
    const size = await newest();
    return [
      tileKeyOf(0, 0),
      tileKeyOf('entries', 0),
      batchKeyOf(size),
      checkpointKeyOf(size),
      dataKeyOf(rows[0]!.sha256),
    ];
  };

  it('that was overwritten or delete-marked is named', async () => {
    for (const key of await keys()) {
      const item = `${key}?versionId=${await firstOf(key)}`;
      expect(await whileOverwritten(key, Buffer.from('other'))).toEqual([`object-overwritten ${item}`]);
      expect(await whileDeleted(key)).toEqual([`object-delete-marked ${item}`]);
    }
  });
});
