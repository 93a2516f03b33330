import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@countersign/shared/kernel';
import { type LimitPolicy, type LimitVerdict, limiterDegraded } from '../../domain/limit-policy.ts';
import type { LimitAnswer, LimitClaim } from '../../persistence/limit.repository.ts';
import type { LimiterHealth } from './limiter-health.ts';
import type { MemoryLimits } from './memory-limits.ts';

export interface LimiterOptions {
  store: { take(claims: readonly LimitClaim[]): Promise<LimitAnswer[]> };
  health: LimiterHealth;
  memory: MemoryLimits;
  /** A store that says nothing for so long has failed; 2,000 by default. */
  timeoutMs?: number;
}

/** What of a claim was granted; used and reset as they are after its last hit. */
export interface Grant {
  granted: number;
  used: number;
  resetSeconds: number;
}

interface Waiting {
  claim: LimitClaim;
  settle: ((answer: LimitAnswer | undefined) => void)[];
}

const keyOf = (policy: string, subject: string): string => `${policy} ${subject}`;

/**
 * Asks the store for every request that has to be counted, in one statement for all that come while the one before is
 * under way. When the store fails, memory counts at half the limit; when it has failed three times in a row, nothing passes.
 */
export class Limiter {
  private readonly options: LimiterOptions;
  private waiting = new Map<string, Waiting>();
  private isRunning = false;

  constructor(options: LimiterOptions) {
    this.options = options;
  }

  /** Exact. Throws `LIMIT.DEGRADED`. */
  async take(policy: LimitPolicy, subject: string): Promise<LimitVerdict> {
    const grant = await this.claim(policy, subject, 1);
    return grant === undefined ? this.takeAlone(policy, subject) : { isAllowed: grant.granted > 0, ...grant };
  }

  /** Several hits, to be used within `leaseSeconds`. Undefined when the store failed; throws `LIMIT.DEGRADED`. */
  async claim(policy: LimitPolicy, subject: string, wanted: number, leaseSeconds = 0): Promise<Grant | undefined> {
    if (this.options.health.isDegraded) throw limiterDegraded(policy);
    const key = keyOf(policy.name, subject);
    let entry = this.waiting.get(key);
    if (entry === undefined) {
      entry = { claim: { policy, subject, wanted: 0, leaseSeconds }, settle: [] };
      this.waiting.set(key, entry);
    }
    // Those who claimed before are served before.
    const before = entry.claim.wanted;
    entry.claim.wanted += wanted;
    const { settle } = entry;
    const answer = await new Promise<LimitAnswer | undefined>((resolve) => {
      settle.push(resolve);
      void this.run();
    });
    if (answer === undefined) return undefined;
    const granted = Math.min(wanted, Math.max(0, answer.granted - before));
    const used = Math.min(answer.used, answer.used - answer.granted + before + granted);
    return { granted, used: granted > 0 ? used : answer.used, resetSeconds: answer.reset_seconds };
  }

  /** In this process alone, at half the limit: what is left when the store has just failed. */
  takeAlone(policy: LimitPolicy, subject: string): LimitVerdict {
    return this.options.memory.take(policy, subject);
  }

  private async run(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    // What the sockets that are readable now bring goes together.
    await new Promise(setImmediate);
    while (this.waiting.size > 0) {
      const batch = [...this.waiting.values()];
      this.waiting = new Map();
      const answers = await this.ask(batch.map(({ claim }) => claim));
      const found = new Map(answers?.map((answer) => [keyOf(answer.policy, answer.subject), answer]));
      for (const { claim, settle } of batch) {
        const answer = found.get(keyOf(claim.policy.name, claim.subject));
        for (const tell of settle) tell(answer);
      }
    }
    this.isRunning = false;
  }

  /** Undefined when the store failed. */
  private async ask(claims: LimitClaim[]): Promise<LimitAnswer[] | undefined> {
    const { store, health, timeoutMs = 2_000 } = this.options;
    const patience = new AbortController();
    try {
      const answers = await Promise.race([
        store.take(claims),
        delay(timeoutMs, undefined, { signal: patience.signal }).then(() => {
          throw new AppError('DATABASE.UNAVAILABLE', 'unavailable', 'The store of the limits did not answer in time.');
        }),
      ]);
      health.noteSuccess();
      return answers;
    } catch (error) {
      health.noteFailure(error);
      return undefined;
    } finally {
      patience.abort();
    }
  }
}
