import type { Pool } from 'pg';
import type { LimitPolicyName } from '@countersign/shared/contracts';
import { createPool } from '@countersign/shared/persistence';
import { createLogger } from '@countersign/shared/telemetry';
import type { LimitPolicy } from '../src/domain/limit-policy.ts';
import { Limiter } from '../src/features/limit-requests/limiter.ts';
import { LimiterHealth } from '../src/features/limit-requests/limiter-health.ts';
import { MemoryLimits } from '../src/features/limit-requests/memory-limits.ts';
import { LimitRepository } from '../src/persistence/limit.repository.ts';

export const lines: string[] = [];
export const logger = createLogger({ service: 'gateway', destination: { write: (line) => lines.push(line) } });

export const policy = (name: LimitPolicyName, limit: number, windowSeconds: number): LimitPolicy => ({
  name,
  limit,
  windowSeconds,
});

export const openPool = (databaseUrl: string): Pool =>
  createPool({ databaseUrl, applicationName: 'limits-spec', max: 4 });

/** A limiter as a gateway has it. */
export function limiterOn(
  pool: Pool,
  databaseUrl: string,
  timeoutMs?: number,
): { limiter: Limiter; health: LimiterHealth } {
  const memory = new MemoryLimits();
  const repository = new LimitRepository(pool, databaseUrl, 'failed-requests', logger);
  const health = new LimiterHealth({
    probe: () => repository.findBlocked(),
    onRecovery: () => memory.forget(),
    logger,
    probeEveryMs: 50,
  });
  return { limiter: new Limiter({ store: repository, health, memory, ...(timeoutMs && { timeoutMs }) }), health };
}

export const times = <Value>(count: number, run: (index: number) => Promise<Value>): Promise<Value[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));

export const passed = (verdicts: { isAllowed: boolean }[]): number =>
  verdicts.filter(({ isAllowed }) => isAllowed).length;
