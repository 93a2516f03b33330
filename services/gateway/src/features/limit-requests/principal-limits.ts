import { limitOfRoute, limitPolicies, type LimitPolicyName, type RouteContract } from '@countersign/shared/contracts';
import {
  describeLimit,
  limitExceeded,
  limitFlooded,
  type LimitHeaders,
  type LimitPolicy,
  type LimitVerdict,
} from '../../domain/limit-policy.ts';
import { Leases } from './leases.ts';
import type { Limiter } from './limiter.ts';
import type { LimitStatistics } from './limit-statistics.ts';

/**
 * Counts a request of a principal; resolves with the headers of the answer. Throws `LIMIT.EXCEEDED`, `LIMIT.FLOODED`,
 * `LIMIT.DEGRADED`. Undefined: it may pass at once.
 */
export type LimitPrincipal = (route: RouteContract, principalId: string) => Promise<LimitHeaders> | undefined;

export function createLimitPrincipal(
  policies: Record<LimitPolicyName, LimitPolicy>,
  limiter: Limiter,
  statistics: LimitStatistics,
): LimitPrincipal {
  const leases = new Leases(limiter);

  async function judge(
    policy: LimitPolicy,
    subject: string,
    asked: Promise<LimitVerdict>,
    refuse: typeof limitExceeded,
  ): Promise<LimitVerdict> {
    const verdict = await asked;
    if (verdict.isAllowed) {
      statistics.allow(policy.name);
      return verdict;
    }
    statistics.block(policy.name, subject);
    throw refuse(policy, verdict.resetSeconds);
  }

  return (route, principalId) => {
    const name = limitOfRoute(route);
    const policy = policies[name];
    if (!('leased' in limitPolicies[name])) {
      const asked = judge(policy, principalId, limiter.take(policy, principalId), limitExceeded);
      return asked.then((verdict) => describeLimit(policy, verdict));
    }
    const asked = leases.take(policy, principalId);
    // What is left of a lease says nothing about what is left of the limit, so it is not told.
    if (asked !== undefined) return judge(policy, principalId, asked, limitFlooded).then(() => ({}));
    statistics.allow(name);
    return undefined;
  };
}
