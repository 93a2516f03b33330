import type { LimitPolicyName } from '@countersign/shared/contracts';
import type { Logger } from '@countersign/shared/telemetry';
import type { LimitPolicy } from '../../domain/limit-policy.ts';
import type { LimitRepository } from '../../persistence/limit.repository.ts';
import { AddressBook } from './address-book.ts';
import { forgetHits } from './forget-hits.ts';
import { Limiter } from './limiter.ts';
import { LimiterHealth, type LimiterState } from './limiter-health.ts';
import { LimitStatistics } from './limit-statistics.ts';
import { MemoryLimits } from './memory-limits.ts';
import { createLimitPrincipal, type LimitPrincipal } from './principal-limits.ts';

/** The limits of a running gateway. */
export interface Limits {
  policies: Record<LimitPolicyName, LimitPolicy>;
  addresses: AddressBook;
  statistics: LimitStatistics;
  limitPrincipal: LimitPrincipal;
  state(): LimiterState;
  close(): Promise<void>;
}

/** Begins to listen for blocked addresses and to delete old counts, until `close`. */
export function openLimits(
  policies: Record<LimitPolicyName, LimitPolicy>,
  repository: LimitRepository,
  logger: Logger,
): Limits {
  const memory = new MemoryLimits();
  const health = new LimiterHealth({
    probe: () => repository.findBlocked(),
    onRecovery: () => memory.forget(),
    logger,
  });
  const limiter = new Limiter({ store: repository, health, memory });
  const statistics = new LimitStatistics();
  const addresses = new AddressBook(policies['failed-requests'], limiter, statistics);
  const stop = new AbortController();
  const work = [repository.listen((blocked) => addresses.block(blocked)), forgetHits(repository, stop.signal, logger)];
  return {
    policies,
    addresses,
    statistics,
    limitPrincipal: createLimitPrincipal(policies, limiter, statistics),
    state: () => health.state(),
    async close() {
      stop.abort();
      health.close();
      await repository.close();
      await Promise.all(work);
    },
  };
}
