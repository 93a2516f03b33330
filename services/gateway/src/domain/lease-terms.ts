import type { LimitPolicy } from './limit-policy.ts';

/** How hits of a limit are taken in advance. */
export interface LeaseTerms {
  /** What leases of this kind may use of the limit, all together. */
  policy: LimitPolicy;
  hits: number;
  /** How long they may be used. */
  seconds: number;
}

const busyShare = 60;
const calm = { partOfLimit: 10, leases: 12, windows: 10, leastHits: 10 };

/**
 * A lease is a sixtieth of the limit, for as long as the window. Who comes now and then would so cause a question in each
 * window: for those a tenth of a high limit is kept apart, in leases that last ten windows. The two parts are counted by
 * themselves and make the limit together, so no window sees more than it.
 */
export function leaseTermsOf(policy: LimitPolicy): { calm: LeaseTerms | undefined; busy: LeaseTerms } {
  const { limit, windowSeconds } = policy;
  const apart = Math.floor(limit / calm.partOfLimit);
  const hits = Math.floor(apart / calm.leases);
  const isWorthIt = hits >= calm.leastHits;
  return {
    calm: isWorthIt ? { policy: { ...policy, limit: apart }, hits, seconds: windowSeconds * calm.windows } : undefined,
    busy: {
      policy: isWorthIt ? { ...policy, limit: limit - apart } : policy,
      hits: Math.max(1, Math.floor(limit / busyShare)),
      seconds: windowSeconds,
    },
  };
}
