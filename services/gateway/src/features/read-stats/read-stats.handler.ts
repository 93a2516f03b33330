import type { StatsResponse } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';
import type { RequestFacts } from '../../domain/request-facts.ts';

export type ReadStats = (facts: RequestFacts) => Promise<StatsResponse>;

/** Each service counts what it owns; a principal that is bound to a site sees that site only. */
export function createReadStats(requester: Requester): ReadStats {
  return async ({ principal }) => {
    const question = { site_id: principal.siteId };
    const [orders, incidents, evidence] = await Promise.all([
      requester.ask('rpc.orders.stats.v1', question, { timeoutMs: 5_000 }),
      requester.ask('rpc.runbooks.stats.v1', question, { timeoutMs: 5_000 }),
      requester.ask('rpc.evidence.stats.v1', question, { timeoutMs: 5_000 }),
    ]);
    return { ...orders, ...incidents, ...evidence, timestamp: new Date().toISOString() };
  };
}
