import type { AddressLimits, AskedRequest } from '@countersign/shared/http';
import { AppError } from '@countersign/shared/kernel';
import { limitExceeded, type LimitPolicy } from '../../domain/limit-policy.ts';
import type { BlockedSubject } from '../../persistence/limit.repository.ts';
import { principalOf } from '../answer-requests/facts.decorator.ts';
import type { Limiter } from './limiter.ts';
import type { LimitStatistics } from './limit-statistics.ts';

const mostBlocked = 100_000;

/**
 * Who is turned away before anything else is done. A request costs a look into a table that is empty as a rule; the
 * database decides at each failure, and tells all gateways when an address has used up its limit.
 */
export class AddressBook implements AddressLimits {
  private readonly policy: LimitPolicy;
  private readonly limiter: Pick<Limiter, 'take'>;
  private readonly statistics: LimitStatistics;
  /** Until when, on the clock that nobody can set. */
  private readonly blocked = new Map<string, number>();

  constructor(policy: LimitPolicy, limiter: Pick<Limiter, 'take'>, statistics: LimitStatistics) {
    this.policy = policy;
    this.limiter = limiter;
    this.statistics = statistics;
  }

  refusalOf(address: string): AppError | undefined {
    if (this.blocked.size === 0) return undefined;
    const until = this.blocked.get(address);
    if (until === undefined) return undefined;
    const seconds = (until - performance.now()) / 1_000;
    if (seconds <= 0) {
      this.blocked.delete(address);
      return undefined;
    }
    this.statistics.block(this.policy.name, address);
    return limitExceeded(this.policy, seconds);
  }

  isKnown(request: AskedRequest): boolean {
    return principalOf(request) !== undefined;
  }

  async countFailure(address: string): Promise<AppError | undefined> {
    try {
      const { isAllowed, used, resetSeconds } = await this.limiter.take(this.policy, address);
      const seconds = resetSeconds ?? this.policy.windowSeconds;
      if (used >= this.policy.limit) this.block({ subject: address, seconds });
      if (isAllowed) {
        this.statistics.allow(this.policy.name);
        return undefined;
      }
      this.statistics.block(this.policy.name, address);
      return limitExceeded(this.policy, seconds);
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  /** Also called with what other gateways found. */
  block({ subject, seconds }: BlockedSubject): void {
    if (this.blocked.size >= mostBlocked) this.forgetPast();
    this.blocked.set(subject, performance.now() + seconds * 1_000);
  }

  blockedNow(): number {
    this.forgetPast();
    return this.blocked.size;
  }

  private forgetPast(): void {
    const now = performance.now();
    for (const [address, until] of this.blocked) if (until <= now) this.blocked.delete(address);
  }
}
