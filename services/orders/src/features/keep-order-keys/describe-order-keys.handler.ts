import type { OrderKeysReport } from '@countersign/shared/contracts';
import { heldWithinMs, stateOfKey } from '../../domain/order-keys.ts';
import type { KeyKnowledgeRepository } from '../../persistence/key-knowledge.repository.ts';
import type { OrderKeyRepository } from '../../persistence/order-key.repository.ts';

export type DescribeOrderKeys = () => Promise<OrderKeysReport>;

export interface DescribeOrderKeysOptions {
  repository: Pick<OrderKeyRepository, 'read'>;
  knowledge: Pick<KeyKnowledgeRepository, 'count' | 'findDiverging'>;
  /** An appliance that has not checked in for longer is left out. */
  aliveMs: number;
}

const listedAtMost = 100;

/** The keys with their states, oldest first, and what appliances said of them. */
export function createDescribeOrderKeys(options: DescribeOrderKeysOptions): DescribeOrderKeys {
  const { repository, knowledge, aliveMs } = options;
  return async () => {
    const { keys, now } = await repository.read();
    const ids = keys.map((key) => key.keyId);
    const signing = keys.find((key) => stateOfKey(key, now.getTime()) === 'signing')?.keyId ?? '';
    const aliveSince = new Date(now.getTime() - aliveMs);
    const [{ knownBy, ...appliances }, diverging] = await Promise.all([
      knowledge.count(signing, ids, aliveSince),
      knowledge.findDiverging(signing, ids, aliveSince, listedAtMost),
    ]);
    return {
      keys: keys.map((key) => ({
        key_id: key.keyId,
        public_key: key.publicKey,
        state: stateOfKey(key, now.getTime()),
        announced_at: key.announcedAt.toISOString(),
        signs_from: key.signsFrom?.toISOString() ?? null,
        retires_at: key.retiresAt?.toISOString() ?? null,
        is_held: key.heldAt !== null && now.getTime() - key.heldAt.getTime() <= heldWithinMs,
        known_by: knownBy.get(key.keyId) ?? 0,
      })),
      appliances,
      diverging: diverging.map((one) => ({
        site_id: one.site_id,
        host_id: one.host_id,
        server_key_ids: one.server_key_ids.split(','),
        reason: one.holds_foreign ? ('foreign-key' as const) : ('behind' as const),
        last_checkin: one.last_checkin.toISOString(),
      })),
      timestamp: now.toISOString(),
    };
  };
}
