import { describe, expect, it } from 'vitest';
import { createLogger } from '../telemetry/index.ts';
import { HealthState } from './health-state.ts';
import { watchLoopLag } from './loop-lag.ts';

const never = (): Promise<void> => new Promise(() => {});
const stateWith = (options: { lag?: number; cacheMs?: number; timeoutMs?: number } = {}): HealthState =>
  new HealthState({ cacheMs: 0, timeoutMs: 20, ...options, lagMs: () => options.lag ?? 0 });

describe('readiness', () => {
  it('needs the start, every dependency, and no stop', async () => {
    const health = stateWith();
    let database = true;
    health.registerDependency('database', () => (database ? Promise.resolve() : Promise.reject(new Error('gone'))));
    expect((await health.ready()).ok).toBe(false);
    health.setStarted();
    expect(await health.ready()).toEqual({
      ok: true,
      body: { status: 'ok', database: 'connected', started: true, draining: false },
    });
    database = false;
    await expect.poll(async () => (await health.ready()).ok).toBe(false);
    database = true;
    await expect.poll(async () => (await health.ready()).ok).toBe(true);
    health.setDraining();
    expect((await health.ready()).ok).toBe(false);
  });

  it('does not wait for a dependency that hangs, nor ask it a second time meanwhile', async () => {
    const health = stateWith();
    let asked = 0;
    health.registerDependency('nats', () => {
      asked += 1;
      return never();
    });
    for (let probe = 0; probe < 3; probe += 1) {
      expect(await health.dependencies()).toEqual({ nats: false });
    }
    expect(asked).toBe(1);
  });

  it('asks once for many probes at the same time, and not again while the answer is fresh', async () => {
    const health = stateWith({ cacheMs: 60_000 });
    let asked = 0;
    health.registerDependency('database', () => {
      asked += 1;
      return Promise.resolve();
    });
    await Promise.all(Array.from({ length: 50 }, () => health.ready()));
    await health.ready();
    expect(asked).toBe(1);
  });

  it('takes a check that throws at once for a dependency that is gone, and recovers', async () => {
    const health = stateWith();
    let broken = true;
    health.registerDependency('vault', () => {
      if (broken) {
        throw new Error('no client');
      }
      return Promise.resolve();
    });
    expect(await health.dependencies()).toEqual({ vault: false });
    broken = false;
    await expect.poll(() => health.dependencies()).toEqual({ vault: true });
  });

  it('shows nobody why a dependency is gone, and logs it once', async () => {
    const lines: string[] = [];
    const logger = createLogger({ service: 'x', destination: { write: (line) => lines.push(line) } });
    const health = new HealthState({ logger, cacheMs: 0, lagMs: () => 0 });
    health.registerDependency('database', () => Promise.reject(new Error('connect 10.0.0.1 refused')));
    for (let probe = 0; probe < 3; probe += 1) {
      expect(JSON.stringify(await health.ready())).not.toContain('10.0.0.1');
    }
    expect(lines.filter((line) => line.includes('connect 10.0.0.1 refused'))).toHaveLength(1);
  });
});

describe('liveness', () => {
  it('does not depend on dependencies: a restart does not bring a database back', () => {
    const health = stateWith();
    health.registerDependency('database', () => Promise.reject(new Error('gone')));
    expect(health.live().ok).toBe(true);
  });

  it('fails when a consumer stalls, and names it', () => {
    const health = stateWith();
    health.registerProgress('orders-issue', () => ({ stalled: true, detail: '120 waiting, none handled for 60 s' }));
    health.registerProgress('orders-close', () => ({ stalled: false, detail: '' }));
    expect(health.live()).toMatchObject({
      ok: false,
      body: { stalled: [{ name: 'orders-issue', detail: '120 waiting, none handled for 60 s' }] },
    });
  });

  it('fails when a progress probe itself fails', () => {
    const health = stateWith();
    health.registerProgress('x', () => {
      throw new Error('boom');
    });
    expect(health.live().ok).toBe(false);
  });

  it('fails when the event loop does not get round', () => {
    expect(stateWith({ lag: 5_000 }).live().ok).toBe(false);
    expect(stateWith({ lag: 300 }).live().ok).toBe(true);
  });

  it('measures a loop that is blocked again and again', async () => {
    const lag = watchLoopLag();
    await expect
      .poll(
        () => {
          const until = performance.now() + 200;
          while (performance.now() < until) {
            Math.sqrt(until);
          }
          return lag();
        },
        { interval: 1 },
      )
      .toBeGreaterThan(50);
  });
});

describe('startup', () => {
  it('is over when the process says so, and stays over', () => {
    const health = stateWith();
    expect(health.startup().ok).toBe(false);
    health.setStarted();
    health.setDraining();
    expect(health.startup().ok).toBe(true);
  });
});
