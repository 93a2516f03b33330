import type { Messaging } from '@countersign/shared/messaging';
import type { Pool } from '@countersign/shared/persistence';
import type { Logger } from '@countersign/shared/telemetry';
import type { OrdersSettings } from '../../orders.config.ts';
import { KeyKnowledgeRepository } from '../../persistence/key-knowledge.repository.ts';
import { OrderKeyRepository } from '../../persistence/order-key.repository.ts';
import { createDescribeOrderKeys, type DescribeOrderKeys } from './describe-order-keys.handler.ts';
import { createAdvanceRotation } from './advance-rotation.ts';
import { createHeldKeys } from './held-keys.ts';
import { keepOrderKeys, type OrderKeyKeeper } from './keep-order-keys.ts';
import { OrderKeys } from './order-keys.ts';

export type OrderKeySettings = Pick<
  OrdersSettings,
  | 'ORDER_SIGNING_KEY'
  | 'ORDER_SIGNING_KEY_PASSPHRASE'
  | 'ORDER_KEYS_DIR'
  | 'ORDER_KEY_ANNOUNCE_SECONDS'
  | 'ORDER_TTL_SECONDS'
  | 'APPLIANCE_SILENT_MINUTES'
>;

export interface OpenOrderKeysOptions {
  settings: OrderKeySettings;
  pool: Pool;
  messaging: Pick<Messaging, 'publish'>;
  logger: Logger;
}

export interface OpenedOrderKeys {
  orderKeys: OrderKeys;
  describeKeys: DescribeOrderKeys;
  keeper: OrderKeyKeeper;
}

/** Everything about keys of one process, running. Rejects when it could never sign: no key, no start. */
export async function openOrderKeys({
  settings,
  pool,
  messaging,
  logger,
}: OpenOrderKeysOptions): Promise<OpenedOrderKeys> {
  const ttlMs = settings.ORDER_TTL_SECONDS * 1_000;
  const aliveMs = settings.APPLIANCE_SILENT_MINUTES * 60_000;
  const repository = new OrderKeyRepository(pool);
  const knowledge = new KeyKnowledgeRepository(pool);
  const held = createHeldKeys(
    {
      key: settings.ORDER_SIGNING_KEY,
      folder: settings.ORDER_KEYS_DIR,
      passphrase: settings.ORDER_SIGNING_KEY_PASSPHRASE,
    },
    logger,
  );
  const orderKeys = new OrderKeys({ repository, held, ttlMs });
  const describeKeys = createDescribeOrderKeys({ repository, knowledge, aliveMs });
  const announceMs = settings.ORDER_KEY_ANNOUNCE_SECONDS * 1_000;
  const advance = createAdvanceRotation({ repository, knowledge, messaging, logger, ttlMs, announceMs, aliveMs });
  const keeper = await keepOrderKeys({ held, orderKeys, advance, describe: describeKeys, logger });
  return { orderKeys, describeKeys, keeper };
}
