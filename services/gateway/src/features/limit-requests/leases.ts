import { leaseTermsOf, type LeaseTerms } from '../../domain/lease-terms.ts';
import type { LimitPolicy, LimitVerdict } from '../../domain/limit-policy.ts';
import type { Limiter } from './limiter.ts';

/** Hits that were taken in advance. */
interface Lease {
  left: number;
  /** On the clock that nobody can set. */
  until: number;
}

const mostLeases = 100_000;

/**
 * Counts what comes so often that a question for each would be too dear: hits are taken in advance, and count from then
 * until a window after the end of their lease. So no window sees more than the limit over all gateways; who uses all of it
 * waits for up to two windows.
 */
export class Leases {
  private readonly limiter: Pick<Limiter, 'claim' | 'takeAlone'>;
  private readonly leases = new Map<string, Lease>();
  private readonly renewals = new Map<string, Promise<LimitVerdict>>();
  private readonly now: () => number;

  constructor(limiter: Pick<Limiter, 'claim' | 'takeAlone'>, now: () => number = () => performance.now()) {
    this.limiter = limiter;
    this.now = now;
  }

  /** Undefined: there was one left, and nobody had to be asked. Throws `LIMIT.DEGRADED`. */
  take(policy: LimitPolicy, subject: string): Promise<LimitVerdict> | undefined {
    return this.use(subject) ? undefined : this.wait(policy, subject);
  }

  private use(subject: string): boolean {
    const lease = this.leases.get(subject);
    if (lease === undefined || lease.left === 0 || lease.until <= this.now()) return false;
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
    const { calm, busy } = leaseTermsOf(policy);
    const last = this.leases.get(subject);
    const usedItUp = last !== undefined && last.left === 0 && last.until > this.now();
    if (calm !== undefined && !usedItUp) {
      const verdict = await this.lease(calm, subject, `${subject} calm`);
      if (verdict === undefined) return this.takeAlone(policy, subject);
      if (verdict.isAllowed) return verdict;
    }
    return (await this.lease(busy, subject, subject)) ?? this.takeAlone(policy, subject);
  }

  /** Undefined when the store failed. */
  private async lease(
    { policy, hits, seconds }: LeaseTerms,
    subject: string,
    row: string,
  ): Promise<LimitVerdict | undefined> {
    const asked = this.now();
    const grant = await this.limiter.claim(policy, row, hits, seconds);
    if (grant === undefined) return undefined;
    this.open(subject, grant.granted, asked + seconds * 1_000);
    return { isAllowed: grant.granted > 0, ...grant };
  }

  private takeAlone(policy: LimitPolicy, subject: string): LimitVerdict {
    const verdict = this.limiter.takeAlone(policy, subject);
    this.open(subject, verdict.isAllowed ? 1 : 0, this.now() + policy.windowSeconds * 1_000);
    return verdict;
  }

  private open(subject: string, left: number, until: number): void {
    if (this.leases.size >= mostLeases) this.leases.clear();
    this.leases.set(subject, { left, until });
  }
}
