import { limitPolicies, type LimitPolicyName, type LimitsResponse } from '@countersign/shared/contracts';
import type { LimitPolicy } from '../../domain/limit-policy.ts';
import { maskAddress } from '../../domain/mask-address.ts';
import type { LimiterState } from '../limit-requests/limiter-health.ts';
import type { LimitStatistics } from '../limit-requests/limit-statistics.ts';

export interface ReadLimitsOptions {
  policies: Record<LimitPolicyName, LimitPolicy>;
  statistics: LimitStatistics;
  state: () => LimiterState;
  blockedAddresses: () => number;
}

export type ReadLimits = () => LimitsResponse;

const names = Object.keys(limitPolicies) as LimitPolicyName[];

/** Of this process: it asks nobody, so it answers also when the store is away. */
export function createReadLimits({ policies, statistics, state, blockedAddresses }: ReadLimitsOptions): ReadLimits {
  return () => {
    const { available, degraded, failureCount, lastFailure } = state();
    return {
      policies: names.map((name) => ({
        policy: name,
        per: limitPolicies[name].per,
        counts: limitPolicies[name].counts,
        limit: policies[name].limit,
        window_seconds: policies[name].windowSeconds,
        ...statistics.countOf(name),
      })),
      limiter: {
        available,
        degraded,
        failure_count: failureCount,
        last_failure: lastFailure === null ? null : new Date(lastFailure).toISOString(),
        blocked_addresses: blockedAddresses(),
      },
      top_violators: statistics.topViolators(10).map(({ policy, subject, blocked }) => ({
        policy,
        subject: limitPolicies[policy].per === 'address' ? maskAddress(subject) : subject,
        blocked,
      })),
      timestamp: new Date().toISOString(),
    };
  };
}

const gauge = (is: boolean): string => (is ? '1' : '0');

/** The text format of Prometheus, version 0.0.4. No label names a site, a principal or an address. */
export function writeMetrics({ policies, limiter }: LimitsResponse): string {
  const requests = policies.flatMap(({ policy, allowed, blocked }) => [
    `rate_limit_requests_total{policy="${policy}",status="allowed"} ${allowed}`,
    `rate_limit_requests_total{policy="${policy}",status="blocked"} ${blocked}`,
  ]);
  return [
    '# HELP rate_limit_requests_total Requests that a limit counted, since the process started.',
    '# TYPE rate_limit_requests_total counter',
    ...requests,
    '# HELP rate_limiter_degraded 1 while what has to be counted is refused.',
    '# TYPE rate_limiter_degraded gauge',
    `rate_limiter_degraded ${gauge(limiter.degraded)}`,
    '# HELP rate_limiter_available 1 when the store of the counts answered last time.',
    '# TYPE rate_limiter_available gauge',
    `rate_limiter_available ${gauge(limiter.available)}`,
    '# HELP rate_limiter_failures Failures of the store in a row.',
    '# TYPE rate_limiter_failures gauge',
    `rate_limiter_failures ${limiter.failure_count}`,
    '# HELP rate_limit_blocked_addresses Addresses that are turned away now.',
    '# TYPE rate_limit_blocked_addresses gauge',
    `rate_limit_blocked_addresses ${limiter.blocked_addresses}`,
    '',
  ].join('\n');
}
