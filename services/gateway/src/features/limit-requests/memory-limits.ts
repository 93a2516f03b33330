import type { LimitPolicy, LimitVerdict } from '../../domain/limit-policy.ts';

const mostSubjects = 10_000;

/**
 * Counts in this process alone, while the store is away for a moment: at half of each limit, for other gateways count by
 * themselves too. It is gone when the store is back.
 */
export class MemoryLimits {
  private readonly moments = new Map<string, number[]>();
  private readonly now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.now = now;
  }

  /** Beyond ten thousand subjects nobody passes: memory is no store. */
  take({ name, limit, windowSeconds }: LimitPolicy, subject: string): LimitVerdict {
    const key = `${name} ${subject}`;
    const now = this.now();
    const since = now - windowSeconds * 1_000;
    const live = (this.moments.get(key) ?? []).filter((moment) => moment > since);
    const isAllowed =
      live.length < Math.floor(limit / 2) && (this.moments.has(key) || this.moments.size < mostSubjects);
    if (isAllowed) live.push(now);
    if (live.length > 0) this.moments.set(key, live);
    const resetSeconds = live.length === 0 ? null : (live[0]! - since) / 1_000;
    return { isAllowed, used: Math.max(live.length, isAllowed ? 0 : limit), resetSeconds };
  }

  forget(): void {
    this.moments.clear();
  }
}
