import type { LimitPolicy, LimitVerdict } from '../../domain/limit-policy.ts';
import type { Limiter } from './limiter.ts';

/** Hits that were taken in advance. */
interface Lease {
  left: number;
  /** On the clock that nobody can set. */
  until: number;
}

const mostLeases = 100_000;
/** A lease is a sixtieth of the limit, for as long as the window. */
const shareOfLimit = 60;

/**
 * Counts what comes so often that a question for each would be too dear: hits are taken in advance, and count from then
 * until a window after the end of their lease. So no window sees more than the limit over all gateways; who uses all of it
 * waits for up to two windows.
 */
export class Leases {
  private readonly limiter: Pick<Limiter, 'claim' | 'takeAlone'>;
  private readonly leases = new Map<string, Lease>();
  private readonly renewals = new Map<string, Promise<LimitVerdict>>();

  constructor(limiter: Pick<Limiter, 'claim' | 'takeAlone'>) {
    this.limiter = limiter;
  }

  /** Undefined: there was one left, and nobody had to be asked. Throws `LIMIT.DEGRADED`. */
  take(policy: LimitPolicy, subject: string): Promise<LimitVerdict> | undefined {
    return this.use(subject) ? undefined : this.wait(policy, subject);
  }

  private use(subject: string): boolean {
    const lease = this.leases.get(subject);
    if (lease === undefined || lease.left === 0 || lease.until <= performance.now()) return false;
    lease.left -= 1;
    return true;
  }

  private async wait(policy: LimitPolicy, subject: string): Promise<LimitVerdict> {
    for (;;) {
      let renewal = this.renewals.get(subject);
      if (renewal === undefined) {
        renewal = this.renew(policy, subject).finally(() => this.renewals.delete(subject));
        this.renewals.set(subject, renewal);
      }
      const verdict = await renewal;
      if (!verdict.isAllowed || this.use(subject)) return verdict;
      // The others who waited were faster.
    }
  }

  private async renew(policy: LimitPolicy, subject: string): Promise<LimitVerdict> {
    const asked = performance.now();
    const wanted = Math.max(1, Math.floor(policy.limit / shareOfLimit));
    const grant = await this.limiter.claim(policy, subject, wanted, policy.windowSeconds);
    if (this.leases.size >= mostLeases) this.leases.clear();
    const until = asked + policy.windowSeconds * 1_000;
    if (grant !== undefined) {
      this.leases.set(subject, { left: grant.granted, until });
      return { isAllowed: grant.granted > 0, ...grant };
    }
    const verdict = this.limiter.takeAlone(policy, subject);
    this.leases.set(subject, { left: verdict.isAllowed ? 1 : 0, until });
    return verdict;
  }
}
