import type { Pool, PoolClient } from 'pg';
import type { OrderKey } from '../domain/order-keys.ts';
import { defineStatement, type OutboxRow, runInTransaction, textArray } from '@countersign/shared/persistence';
import type { SigningKey } from './signing-key.repository.ts';
import { type DescribeKey, lockKeys, noteKey } from './signing-key.repository.ts';
import { say } from './outbox-row.ts';

interface OrderKeyRow {
  now: Date;
  key_id: string | null;
  public_key: string;
  announced_at: Date;
  signs_from: Date | null;
  retires_at: Date | null;
  is_urgent: boolean;
  held_at: Date | null;
}

/** All keys there ever were, and the moment at which that was so, by the database's clock: processes share that one. */
export interface KeysAtMoment {
  now: Date;
  keys: OrderKey[];
}

/** What is decided under the lock, with the keys as they are then. Undefined: nothing changes. */
export type Decide<T> = (at: KeysAtMoment) => T | undefined;

const read = defineStatement<OrderKeyRow & Record<string, unknown>>(
  'read-order-keys',
  `select t.now, k.* from (select date_trunc('milliseconds', clock_timestamp()) as now) t left join order_keys k on true
   order by k.announced_at`,
);

const hold = defineStatement(
  'hold-order-keys',
  `update order_keys set held_at = clock_timestamp()
   where key_id = any($1::text[]) and (retires_at is null or retires_at > clock_timestamp())
     and (held_at is null or held_at < clock_timestamp() - interval '2 seconds')`,
);

const insert = defineStatement(
  'announce-order-key',
  'insert into order_keys (key_id, public_key, announced_at, signs_from, held_at) values ($1, $2, $3, $4, $3)',
);

const sign = defineStatement('sign-with-order-key', 'update order_keys set signs_from = $2 where key_id = $1');
const retire = defineStatement('retire-order-key', 'update order_keys set retires_at = $2 where key_id = $1');
const endPrevious = defineStatement(
  'end-previous-order-key',
  'update order_keys set retires_at = clock_timestamp() where retires_at > clock_timestamp()',
);
const hurry = defineStatement('hurry-order-key', 'update order_keys set is_urgent = true where key_id = $1');

/** The keys that orders are signed with. What changes here is said in the same commit. */
export class OrderKeyRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  read(): Promise<KeysAtMoment> {
    return readKeys(this.pool);
  }

  /** Notes that this process holds the private halves of these. */
  async hold(keyIds: readonly string[]): Promise<void> {
    await hold.run(this.pool, [textArray([...keyIds])]);
  }

  /** The first key ever signs at once: nobody knows another one. */
  begin(decide: Decide<SigningKey>, describe: DescribeKey): Promise<OutboxRow[]> {
    return this.change(decide, async (client, key, { now }) => {
      await insert.run(client, [key.keyId, key.publicKey, now, now]);
      return noteKey(client, key, describe);
    });
  }

  /** `describe` gives the event that says it, as JSON. */
  announce(decide: Decide<SigningKey>, describe: (key: SigningKey, at: Date) => string): Promise<OutboxRow[]> {
    return this.change(decide, async (client, key, { now }) => {
      await insert.run(client, [key.keyId, key.publicKey, now, null]);
      return say(client, 'orders.key-announced.v1', [describe(key, now)]);
    });
  }

  /** The announced key signs from now on; the one before it retires at the given moment. */
  rotate(
    decide: Decide<{ next: OrderKey; current: OrderKey | undefined; currentRetiresAt: Date }>,
    describe: DescribeKey,
  ): Promise<OutboxRow[]> {
    return this.change(decide, async (client, { next, current, currentRetiresAt }, { now }) => {
      if (current) await retire.run(client, [current.keyId, currentRetiresAt]);
      await sign.run(client, [next.keyId, now]);
      return noteKey(client, next, describe);
    });
  }

  /** The key before it is in the wrong hands: it signs at once, and that one retires in the same moment. */
  async hurry(keyId: string): Promise<void> {
    await hurry.run(this.pool, [keyId]);
  }

  /** Retires the previous key before its time; orders that it signed are refused from now on. */
  async endPrevious(): Promise<void> {
    await endPrevious.run(this.pool, []);
  }

  /** Processes that come to the same decision together carry it out once: the second one sees what the first one did. */
  private change<T>(
    decide: Decide<T>,
    carryOut: (client: PoolClient, decided: T, at: KeysAtMoment) => Promise<OutboxRow[]>,
  ): Promise<OutboxRow[]> {
    return runInTransaction(this.pool, async (client) => {
      await lockKeys(client);
      const at = await readKeys(client);
      const decided = decide(at);
      return decided === undefined ? [] : carryOut(client, decided, at);
    });
  }
}

async function readKeys(on: Pool | PoolClient): Promise<KeysAtMoment> {
  const rows = await read.run(on, []);
  const keys = rows.flatMap((row): OrderKey[] =>
    row.key_id === null
      ? []
      : [
          {
            keyId: row.key_id,
            publicKey: row.public_key,
            announcedAt: row.announced_at,
            signsFrom: row.signs_from,
            retiresAt: row.retires_at,
            isUrgent: row.is_urgent,
            heldAt: row.held_at,
          },
        ],
  );
  return { now: rows[0]!.now, keys };
}
