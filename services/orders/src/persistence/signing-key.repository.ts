import type { Pool } from 'pg';
import { newId } from '@countersign/shared/kernel';
import { joinBatch } from '@countersign/shared/messaging';
import { defineStatement, type OutboxRow, runInTransaction } from '@countersign/shared/persistence';

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

// Replicas start together: the second one waits here, and then sees what the first one noted.
const lockKeys = defineStatement(
  'lock-signing-keys',
  `select pg_advisory_xact_lock(hashtextextended('orders.signing_keys', 0))`,
);

const readKeys = defineStatement<{ key_id: string; public_key: string }>(
  'read-signing-keys',
  'select key_id, public_key from signing_keys order by first_used_at desc',
);

// Later than every other, whatever the clock was set to meanwhile: the order of the keys is the order of their use.
const noteKey = defineStatement<{ first_used_at: Date }>(
  'note-signing-key',
  `insert into signing_keys (key_id, public_key, first_used_at)
   select $1, $2, greatest(date_trunc('milliseconds', clock_timestamp()), max(first_used_at) + interval '1 millisecond')
   from signing_keys
   returning first_used_at`,
);

const say = defineStatement('say-signing-key', 'insert into outbox (id, subject, payload) values ($1, $2, $3)');

/** The keys that orders are and were signed with. */
export class SigningKeyRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Notes a key that was never used before, and what is said about it. Returns what there is to publish. */
  note(key: SigningKey, describe: DescribeKey): Promise<OutboxRow[]> {
    return runInTransaction(this.pool, async (client) => {
      await lockKeys.run(client, []);
      const known = await readKeys.run(client, []);
      if (known.some((row) => row.key_id === key.keyId)) return [];
      const [noted] = await noteKey.run(client, [key.keyId, key.publicKey]);
      const before = known[0] && { keyId: known[0].key_id, publicKey: known[0].public_key };
      const { subject, event } = describe(key, before, noted!.first_used_at);
      const row = { id: newId(), subject, payload: joinBatch([event]) };
      await say.run(client, [row.id, row.subject, row.payload]);
      return [row];
    });
  }
}
