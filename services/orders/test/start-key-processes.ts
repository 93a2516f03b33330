import { openPrivateKey, type SigningKey } from '@countersign/shared/crypto';
import { createPool } from '@countersign/shared/persistence';
import { createTestDatabase } from '@countersign/shared/testing';
import { createLogger } from '@countersign/shared/telemetry';
import { createAdvanceRotation } from '../src/features/keep-order-keys/advance-rotation.ts';
import { createDescribeOrderKeys } from '../src/features/keep-order-keys/describe-order-keys.handler.ts';
import { OrderKeys } from '../src/features/keep-order-keys/order-keys.ts';
import { KeyKnowledgeRepository } from '../src/persistence/key-knowledge.repository.ts';
import { OrderKeyRepository } from '../src/persistence/order-key.repository.ts';

export const logger = createLogger({ service: 'orders', level: 'fatal' });
export const [first, second, third] = ['11', '22', '33'].map((byte) => openPrivateKey(byte.repeat(32))) as [
  SigningKey,
  SigningKey,
  SigningKey,
];
const ttlMs = 900_000;
const aliveMs = 3_600_000;

/** A database, and processes that keep the keys of orders in it, step by step as the spec says. */
export async function startKeyProcesses(adminDatabaseUrl: string) {
  const database = await createTestDatabase(adminDatabaseUrl, 'orders');
  const pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'orders-spec', max: 8 });
  const admin = createPool({ databaseUrl: database.adminUrl, applicationName: 'orders-spec', max: 1 });
  const published: string[] = [];

  /** A process that holds these keys. */
  function aProcess(...held: SigningKey[]) {
    const repository = new OrderKeyRepository(pool);
    const knowledge = new KeyKnowledgeRepository(pool);
    const publish = (rows: readonly { payload: string }[]) => void published.push(...rows.map((row) => row.payload));
    const announceMs = 3_600_000;
    const parts = { repository, knowledge, messaging: { publish }, logger, ttlMs, announceMs, aliveMs };
    const advance = createAdvanceRotation(parts);
    const orderKeys = new OrderKeys({ repository, held: { list: () => held }, ttlMs });
    return {
      step: () => advance(held),
      async signs() {
        await orderKeys.refresh();
        return (await orderKeys.signer()).keyId;
      },
      async tells() {
        await orderKeys.refresh();
        return orderKeys.told();
      },
      report: createDescribeOrderKeys({ repository, knowledge, aliveMs }),
      repository,
    };
  }

  return {
    database,
    pool,
    admin,
    published,
    aProcess,
    /** The first key signs, and the second one is announced. */
    async announce() {
      await aProcess(first).step();
      await aProcess(first, second).step();
    },
    /** As if so many seconds had passed. */
    async later(seconds: number) {
      const back = (column: string) => `${column} = ${column} - interval '${seconds} seconds'`;
      const times = ['announced_at', 'signs_from', 'retires_at', 'held_at'].map(back).join(', ');
      await admin.query(`update orders.order_keys set ${times}`);
      await admin.query(`update orders.appliances set ${back('last_checkin')}`);
    },
    /** An appliance that said at a check-in just now that it holds the first key. */
    async checkInWithFirst() {
      await pool.query(
        `insert into appliances (site_id, host_id, deployment_mode, policy_version, registered_at, last_checkin, server_key_ids)
         values ('clinic-7', 'box-1', 'direct', '1.0', now(), now(), $1)`,
        [first.keyId],
      );
    },
    async close() {
      await Promise.all([pool.end(), admin.end()]);
      await database.drop();
    },
  };
}

export type KeyProcesses = Awaited<ReturnType<typeof startKeyProcesses>>;
