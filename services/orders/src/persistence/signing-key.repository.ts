import type { PoolClient } from 'pg';
import { defineStatement, type OutboxRow } from '@countersign/shared/persistence';
import { say } from './outbox-row.ts';

export interface SigningKey {
  /** 16 hex. */
  keyId: string;
  /** 64 hex. */
  publicKey: string;
}

/** What is said about a new key, given the one that was new before it: a subject and the event as JSON. */
export type DescribeKey = (
  key: SigningKey,
  before: SigningKey | undefined,
  at: Date,
) => { subject: 'orders.key-created.v1' | 'orders.key-rotated.v1'; event: string };

const lock = defineStatement(
  'lock-signing-keys',
  `select pg_advisory_xact_lock(hashtextextended('orders.signing_keys', 0))`,
);

const readNewest = defineStatement<{ key_id: string; public_key: string }>(
  'read-newest-signing-key',
  'select key_id, public_key from signing_keys order by first_used_at desc limit 1',
);

// Later than every other, whatever the clock was set to meanwhile: the order of the keys is the order of their use.
const insert = defineStatement<{ first_used_at: Date }>(
  'note-signing-key',
  `insert into signing_keys (key_id, public_key, first_used_at)
   select $1, $2, greatest(date_trunc('milliseconds', clock_timestamp()), max(first_used_at) + interval '1 millisecond')
   from signing_keys
   on conflict (key_id) do nothing
   returning first_used_at`,
);

/** Until the end of the transaction nobody else changes anything about keys. */
export async function lockKeys(client: PoolClient): Promise<void> {
  await lock.run(client, []);
}

/** Notes that a key signs from now on, and what is said about it, in the caller's transaction and under its lock. */
export async function noteKey(client: PoolClient, key: SigningKey, describe: DescribeKey): Promise<OutboxRow[]> {
  const [newest] = await readNewest.run(client, []);
  const [noted] = await insert.run(client, [key.keyId, key.publicKey]);
  if (noted === undefined) return []; // orders were signed with it before: no news
  const before = newest && { keyId: newest.key_id, publicKey: newest.public_key };
  const { subject, event } = describe(key, before, noted.first_used_at);
  return say(client, subject, [event]);
}
