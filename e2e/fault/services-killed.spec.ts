import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { serviceNames } from '../../tools/stack/index.ts';
import { runScenario } from './run-scenario.ts';

describe('with every service killed twice under load', () => {
  it('nothing that was accepted is lost, and nothing has its effect twice', async () => {
    const outcome = await runScenario('services killed', (random) =>
      random.shuffle([...serviceNames, ...serviceNames]).map((service, n) => {
        const downMs = random.between(0, 1_500);
        return {
          name: `SIGKILL ${service}, back after ${Math.round(downMs)} ms`,
          at: 1.5 + n * 3.3 + random.between(0, 3),
          async strike(stack) {
            await stack.killService(service);
            await delay(downMs);
            await stack.restartService(service);
          },
        };
      }),
    );
    expect(outcome.wrong).toEqual([]);
    expect(outcome.findings.filter(({ wanted, found }) => wanted !== found)).toEqual([]);
    expect(outcome.retries).toBeGreaterThan(0);
    expect(outcome.broken).toBeUndefined();
  });
});
