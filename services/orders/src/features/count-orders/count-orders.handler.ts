import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { Clock } from '@countersign/shared/kernel';
import type { StatsRepository } from '../../persistence/stats.repository.ts';

type Name = 'rpc.orders.stats.v1';
export type CountOrders = (questions: RequestOf<Name>[]) => Promise<ResponseOf<Name>[]>;

const dayMs = 24 * 3_600_000;

/** An appliance is active when it checked in within 24 hours. */
export function createCountOrders(repository: StatsRepository, clock: Clock): CountOrders {
  async function count(siteId: string | null): Promise<ResponseOf<Name>> {
    const since = new Date(clock.now().getTime() - dayMs);
    const [active_appliances, orders_24h] = await Promise.all([
      repository.countAppliances(siteId, since),
      repository.countOrders(siteId, since),
    ]);
    return { active_appliances, orders_24h };
  }
  return (questions) => Promise.all(questions.map((question) => count(question.site_id)));
}
