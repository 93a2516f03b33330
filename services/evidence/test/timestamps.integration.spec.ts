import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { systemClock } from '@countersign/shared/kernel';
import { createPool, type Pool } from '@countersign/shared/persistence';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { openRfc3161Authority } from '../src/features/timestamp-checkpoint/rfc3161-authority.ts';
import { createTimestampCheckpoint } from '../src/features/timestamp-checkpoint/timestamp-checkpoint.handler.ts';
import { TimestampRepository } from '../src/persistence/timestamp.repository.ts';
import { openTestVault, type TestVault } from './start-evidence.ts';
import { startAuthority, type TestAuthority } from './start-authority.ts';

let database: TestDatabase;
let pool: Pool;
let vault: TestVault;
let authority: TestAuthority;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'timestamps-spec', max: 2 });
  vault = await openTestVault();
  authority = await startAuthority();
});

afterAll(async () => {
  await authority.stop();
  await pool.end();
  await database.drop();
});

afterEach(() => {
  authority.tamper = undefined;
});

const note = (size: number) =>
  `example.test/log\n${size}\n${createHash('sha256').update(`${size}`).digest('base64')}\n\n— x\n`;

async function publish(size: number): Promise<void> {
  const root = createHash('sha256').update(`${size}`).digest();
  await pool.query(`insert into ledger_checkpoints (size, root, note, version_id) values ($1, $2, $3, 'v')`, [
    size,
    root,
    note(size),
  ]);
}

const open = (url = authority.url, trustedPem = authority.trustedPem) =>
  openRfc3161Authority({ url, trustedPem, timeoutMs: 5_000 });

function stampWith(everyMinutes: number, other = open()) {
  const repository = new TimestampRepository(pool);
  const parts = { repository, authority: other, vault, retentionDays: 30, everyMinutes, clock: systemClock };
  return createTimestampCheckpoint(parts);
}

describe('timestamps of checkpoints, by an authority that is OpenSSL', () => {
  it('stamps the newest checkpoint once, so that OpenSSL itself takes the answer for good', async () => {
    await publish(10);
    await publish(300);
    const stamp = stampWith(0);
    expect(await stamp()).toBe(300);
    expect(await stamp(), 'there is nothing new').toBeUndefined();

    const [kept] = await new TimestampRepository(pool).readUpTo(300, new Date(Date.now() + 1_000), 10);
    expect(kept!.size).toBe(300);
    expect(Math.abs(kept!.stampedAt.getTime() - Date.now())).toBeLessThan(60_000);
    expect(await authority.verify(kept!.response, note(300))).toBe(true);
    expect(await authority.verify(kept!.response, note(301))).toBe(false);
    for await (const { key, versionId } of vault.list('_ledger/timestamps/000/000/000/300/')) {
      expect(Buffer.from(await vault.get(key, versionId))).toEqual(Buffer.from(kept!.response));
    }
  });

  it('does not ask again before the interval is over', async () => {
    await publish(400);
    expect(await stampWith(60)()).toBeUndefined();
    expect(await stampWith(0)()).toBe(400);
  });

  it('keeps nothing of an answer that was changed at any byte of what is signed', async () => {
    await publish(500);
    const stamp = stampWith(0);
    for (const part of [0.2, 0.35, 0.5, 0.65, 0.8, 0.95]) {
      authority.tamper = (answer) => {
        const changed = Buffer.from(answer);
        changed[Math.floor(changed.length * part)]! ^= 0x01;
        return changed;
      };
      await expect(stamp(), `a bit at ${part}`).rejects.toMatchObject({ code: 'LEDGER.TIMESTAMP_REFUSED' });
    }
    const { rowCount } = await pool.query('select from checkpoint_timestamps where size = 500');
    expect(rowCount).toBe(0);
  });

  it('refuses an old answer played again, garbage, and an answer without end', async () => {
    let first: Buffer | undefined;
    authority.tamper = (answer) => (first ??= Buffer.from(answer));
    const bytes = Buffer.from('the same bytes');
    await open().stamp(bytes);
    await expect(open().stamp(bytes)).rejects.toMatchObject({ code: 'LEDGER.TIMESTAMP_REFUSED' });
    for (const garbage of ['', '<html>', '\u0030\u0082', 'x'.repeat(10_000)]) {
      authority.tamper = () => Buffer.from(garbage);
      await expect(open().stamp(bytes), garbage.slice(0, 10)).rejects.toMatchObject({
        code: 'LEDGER.TIMESTAMP_REFUSED',
      });
    }
    authority.tamper = () => Buffer.alloc(1_000_000);
    await expect(open().stamp(bytes)).rejects.toMatchObject({ code: 'LEDGER.AUTHORITY_UNAVAILABLE' });
  });

  it('believes no stranger, only whoever its own certificate leads to', async () => {
    const stranger = await startAuthority();
    try {
      const bytes = Buffer.from('bytes');
      const byStranger = open(stranger.url).stamp(bytes);
      await expect(byStranger).rejects.toMatchObject({ code: 'LEDGER.TIMESTAMP_REFUSED' });
      const answer = await open(stranger.url, stranger.trustedPem).stamp(bytes);
      expect(answer.stampedAt).toBeInstanceOf(Date);
    } finally {
      await stranger.stop();
    }
  });

  it('says so when nobody answers, and when no certificate is trusted', async () => {
    const nobody = open('http://127.0.0.1:9/').stamp(Buffer.from('bytes'));
    await expect(nobody).rejects.toMatchObject({ code: 'LEDGER.AUTHORITY_UNAVAILABLE', kind: 'unavailable' });
    expect(() => open(authority.url, 'no pem')).toThrow('LEDGER_TSA_CA');
  });
});
