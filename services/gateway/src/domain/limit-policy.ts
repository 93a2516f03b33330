import type { LimitPolicyName } from '@countersign/shared/contracts';
import { AppError } from '@countersign/shared/kernel';

/** At most `limit` in any window. */
export interface LimitPolicy {
  name: LimitPolicyName;
  limit: number;
  windowSeconds: number;
}

/** What a limit said about one request. */
export interface LimitVerdict {
  isAllowed: boolean;
  /** Requests that count now, this one included when it was allowed. */
  used: number;
  /** Seconds until the oldest of them stops counting; null when there is none. */
  resetSeconds: number | null;
}

/** Three fields of draft-ietf-httpapi-ratelimit-headers-05, which clients read today, and the two of its successor (-10). */
export type LimitHeaders = Record<string, string>;

export function describeLimit(
  { name, limit, windowSeconds }: LimitPolicy,
  verdict: Omit<LimitVerdict, 'isAllowed'>,
): LimitHeaders {
  const remaining = Math.max(0, limit - verdict.used);
  const reset = Math.max(1, Math.ceil(verdict.resetSeconds ?? windowSeconds));
  return {
    'RateLimit-Limit': String(limit),
    'RateLimit-Remaining': String(remaining),
    'RateLimit-Reset': String(reset),
    'RateLimit-Policy': `"${name}";q=${limit};w=${windowSeconds}`,
    RateLimit: `"${name}";r=${remaining};t=${reset}`,
  };
}

/** What a refusal says besides its code. */
export const limitDetails = (
  { name, limit, windowSeconds }: LimitPolicy,
  retryAfter: number,
): Record<string, unknown> => ({
  policy: name,
  limit,
  window_seconds: windowSeconds,
  retry_after: retryAfter,
});

/** 429: whom the policy counts has used it up. */
export function limitExceeded(policy: LimitPolicy, resetSeconds: number | null): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(resetSeconds ?? policy.windowSeconds));
  return new AppError('LIMIT.EXCEEDED', 'rate-limited', `No more than ${policy.limit} in ${policy.windowSeconds} s.`, {
    retryAfterSeconds,
    details: limitDetails(policy, retryAfterSeconds),
  });
}

/** 503: the same for what appliances do all day, whose clients repeat after a 503 and give up after a 429. */
export function limitFlooded(policy: LimitPolicy, resetSeconds: number | null): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(resetSeconds ?? policy.windowSeconds));
  return new AppError('LIMIT.FLOODED', 'unavailable', `No more than ${policy.limit} in ${policy.windowSeconds} s.`, {
    retryAfterSeconds,
    details: limitDetails(policy, retryAfterSeconds),
  });
}

const degradedSeconds = 30;

/** 503: nobody can count, so nothing passes that has to be counted. */
export function limiterDegraded(policy: LimitPolicy): AppError {
  return new AppError('LIMIT.DEGRADED', 'unavailable', 'The store of the limits does not answer.', {
    retryAfterSeconds: degradedSeconds,
    details: { reason: 'degraded_mode', ...limitDetails(policy, degradedSeconds) },
  });
}
