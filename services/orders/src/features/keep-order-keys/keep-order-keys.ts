import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@countersign/shared/kernel';
import type { Logger } from '@countersign/shared/telemetry';
import type { DescribeOrderKeys } from './describe-order-keys.handler.ts';
import type { AdvanceRotation } from './advance-rotation.ts';
import type { HeldKeys } from './held-keys.ts';
import type { OrderKeys } from './order-keys.ts';

export interface KeepOrderKeysOptions {
  held: HeldKeys;
  orderKeys: OrderKeys;
  advance: AdvanceRotation;
  describe: DescribeOrderKeys;
  logger: Logger;
  /** Between two looks; 1,000 by default. */
  everyMs?: number;
}

export interface OrderKeyKeeper {
  /** Stalled when the keys could not be looked at for a minute by fault of this process; a database that is away is no fault. */
  progress(): { stalled: boolean; detail: string };
  stop(): Promise<void>;
}

const stalledAfterMs = 60_000;
const comparedEveryMs = 60_000;

/**
 * Looks at the keys now, and then again and again: what lies in the folder, what the database says, which step is due.
 * Rejects with AppError `ORDERS.KEY_RETIRED` (conflict) when this process holds none that will ever sign again: no
 * key, no start.
 */
export async function keepOrderKeys(options: KeepOrderKeysOptions): Promise<OrderKeyKeeper> {
  const { held, orderKeys, advance, describe, logger, everyMs = 1_000 } = options;
  const stopping = new AbortController();
  let lookedAt = performance.now();
  let comparedAt = performance.now();

  async function look(): Promise<void> {
    await held.refresh();
    await advance(held.list());
    await orderKeys.refresh();
  }

  /** An appliance that is left behind shows here first; one with a key that is not ours listens to somebody else. */
  async function compare(): Promise<void> {
    const { appliances, diverging } = await describe();
    const [first] = diverging;
    if (first === undefined) return;
    const facts = { ...appliances, first: `${first.site_id}/${first.host_id}` };
    if (appliances.foreign > 0) logger.error(facts, 'appliances hold a key of orders that was never ours');
    else logger.warn(facts, 'appliances do not know the key that orders are signed with yet');
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      try {
        await look();
        if (performance.now() - comparedAt >= comparedEveryMs) {
          comparedAt = performance.now();
          await compare();
        }
      } catch (error) {
        logger.warn({ err: error }, 'the keys of orders could not be looked at; it is tried again');
      }
      lookedAt = performance.now();
    }
  }

  await look();
  if (held.list().length === 0) {
    throw new AppError(
      'CRYPTO.NO_SIGNING_KEY',
      'invalid',
      'No signing key: neither ORDER_SIGNING_KEY nor a file in ORDER_KEYS_DIR.',
    );
  }
  await refuseRetired(held, describe);
  const running = run();
  return {
    progress() {
      const idleMs = Math.round(performance.now() - lookedAt);
      return { stalled: idleMs > stalledAfterMs, detail: `last look ${idleMs} ms ago` };
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function refuseRetired(held: HeldKeys, describe: DescribeOrderKeys): Promise<void> {
  const { keys } = await describe();
  const retired = new Set(keys.filter((key) => key.state === 'retired').map((key) => key.key_id));
  if (held.list().some((key) => !retired.has(key.keyId))) return;
  throw new AppError(
    'ORDERS.KEY_RETIRED',
    'conflict',
    'Every key that this process holds is retired, and a retired key never signs again: give it the one that signs, or a new one.',
  );
}
