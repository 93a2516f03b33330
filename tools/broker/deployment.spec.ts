import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokerUsers } from '@countersign/shared/contracts';
import { publicKeyOfBrokerSeed } from '@countersign/shared/messaging/broker';
import { vaultPolicy } from '@countersign/shared/vault';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'countersign-secrets-'));
const makeSecrets = () => execFileSync('sh', ['deploy/compose/make-secrets.sh', folder], { encoding: 'utf8' });
const read = (name: string) => readFileSync(join(folder, name), 'utf8').trim();

beforeAll(() => void makeSecrets());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the secrets of the compose file', () => {
  it('have an NKey for each user of the broker, made by a shell alone', () => {
    const keys = brokerUsers.map((user) => publicKeyOfBrokerSeed(read(`nats-seed-${user}`)));
    expect(new Set(keys).size).toBe(brokerUsers.length);
  });

  it("keep the store's key from the evidence service, also where an earlier version did not", () => {
    const own = () => ['s3-access-key', 's3-secret-key'].filter((name) => read('s3.env').includes(read(name)));
    expect(own()).toEqual([]);
    rmSync(join(folder, 's3.env'));
    writeFileSync(
      join(folder, 's3.env'),
      `MINIO_ROOT_USER=${read('s3-access-key')}\nMINIO_ROOT_PASSWORD=${read('s3-secret-key')}\n`,
    );
    expect(own()).toHaveLength(2);
    expect(makeSecrets()).toBe('made s3-access-key\nmade s3-secret-key\n');
    expect(own()).toEqual([]);
  });

  it('stay as they are when they are made again', () => {
    const all = () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((one) => one.isFile())
        .map(({ name, parentPath }) => readFileSync(join(parentPath, name), 'utf8'));
    const before = all();
    expect(makeSecrets()).toBe('');
    expect(all()).toEqual(before);
  });
});

describe('the policy of the compose file', () => {
  it('is that of the vault', () => {
    expect(JSON.parse(readFileSync('deploy/compose/s3-policy.json', 'utf8'))).toEqual(vaultPolicy('BUCKET'));
  });
});
