import type { Messaging } from '@countersign/shared/messaging';
import type { Logger } from '@countersign/shared/telemetry';
import { endOfPrevious, isTurnOf, mayAnnounce, stateOfKey } from '../../domain/order-keys.ts';
import type { KeyKnowledgeRepository } from '../../persistence/key-knowledge.repository.ts';
import type { KeysAtMoment, OrderKeyRepository } from '../../persistence/order-key.repository.ts';
import type { DescribeKey, SigningKey } from '../../persistence/signing-key.repository.ts';
import { describeKeyAnnounced, describeKeyCreated, describeKeyRotated } from '../describe-events/describe-keys.ts';

export interface AdvanceRotationOptions {
  repository: OrderKeyRepository;
  knowledge: Pick<KeyKnowledgeRepository, 'countUntold'>;
  messaging: Pick<Messaging, 'publish'>;
  logger: Logger;
  ttlMs: number;
  /** For so long at most a key is only announced. */
  announceMs: number;
  /** An appliance that has not checked in for longer is not waited for. */
  aliveMs: number;
}

/** Takes the step that is due with the keys that this process holds, if one is; true when something changed. */
export type AdvanceRotation = (held: readonly SigningKey[]) => Promise<boolean>;

/**
 * A key that nobody has seen yet is announced, and signs when every appliance that is alive knows it; the one before it
 * retires when no order that it signed is good any more. Every process takes these steps; what two of them decide at
 * once happens once.
 */
export function createAdvanceRotation(options: AdvanceRotationOptions): AdvanceRotation {
  const { repository, knowledge, messaging, logger, ttlMs, announceMs, aliveMs } = options;

  const findNew = (held: readonly SigningKey[], { keys }: KeysAtMoment) =>
    held.find((key) => !keys.some((one) => one.keyId === key.keyId));

  async function rotate(held: readonly SigningKey[], seen: KeysAtMoment): Promise<boolean> {
    const announced = seen.keys.find((key) => key.signsFrom === null);
    if (announced === undefined || !held.some((key) => key.keyId === announced.keyId)) return false;
    const untold = await knowledge.countUntold(announced, new Date(seen.now.getTime() - aliveMs));
    const describe: DescribeKey = (key, before, at) => ({
      subject: 'orders.key-rotated.v1',
      event: describeKeyRotated(key, before!, at, retiresAt),
    });
    let retiresAt = seen.now;
    const rows = await repository.rotate(({ keys, now }) => {
      const next = keys.find((key) => key.keyId === announced.keyId && key.signsFrom === null);
      const current = keys.find((key) => stateOfKey(key, now.getTime()) === 'signing');
      if (next === undefined || !isTurnOf(next, current, { now: now.getTime(), announceMs, untold })) return undefined;
      retiresAt = endOfPrevious(next, now.getTime(), ttlMs);
      return { next, current, currentRetiresAt: retiresAt };
    }, describe);
    messaging.publish(rows);
    if (rows.length > 0)
      logger.info(
        { key_id: announced.keyId, untold, previous_retires_at: retiresAt },
        'orders are signed with a new key',
      );
    return rows.length > 0;
  }

  async function announce(held: readonly SigningKey[], seen: KeysAtMoment): Promise<boolean> {
    if (findNew(held, seen) === undefined || !mayAnnounce(seen.keys, seen.now.getTime())) return false;
    const rows =
      seen.keys.length === 0
        ? await repository.begin(
            (at) => (at.keys.length === 0 ? findNew(held, at) : undefined),
            (key, before, at) => ({
              subject: before === undefined ? 'orders.key-created.v1' : 'orders.key-rotated.v1',
              event: before === undefined ? describeKeyCreated(key, at) : describeKeyRotated(key, before, at, at),
            }),
          )
        : await repository.announce(
            (at) => (mayAnnounce(at.keys, at.now.getTime()) ? findNew(held, at) : undefined),
            describeKeyAnnounced,
          );
    messaging.publish(rows);
    if (rows.length > 0) logger.info({ key_id: findNew(held, seen)?.keyId }, 'a new key of orders is announced');
    return rows.length > 0;
  }

  return async (held) => {
    await repository.hold(held.map((key) => key.keyId));
    const seen = await repository.read();
    return (await announce(held, seen)) || (await rotate(held, seen));
  };
}
