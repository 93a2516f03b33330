import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../telemetry/index.ts';
import { installGracefulStop, type StopStep } from './drain.ts';
import { HealthState } from './health-state.ts';

const never = (): Promise<void> => new Promise(() => {});

function install(steps: StopStep[], timeoutMs = 20_000) {
  const listeners = new Map<string, () => void>();
  const exits: number[] = [];
  const lines: string[] = [];
  const health = new HealthState({ lagMs: () => 0 });
  health.setStarted();
  const stop = installGracefulStop({
    steps,
    timeoutMs,
    health,
    logger: createLogger({ service: 'x', destination: { write: (line) => lines.push(line) } }),
    host: { on: (event, listener) => listeners.set(event, listener), exit: (code) => exits.push(code) },
  });
  return { send: (event: string) => listeners.get(event)?.(), exits, lines, health, stop };
}

afterEach(() => vi.useRealTimers());

describe('installGracefulStop', () => {
  it.each(['SIGTERM', 'SIGINT', 'disconnect'])(
    'on %s is not ready at once, runs the steps in order and exits 0',
    async (event) => {
      const done: string[] = [];
      const { send, exits, health } = install([
        { name: 'requests', run: () => Promise.resolve().then(() => void done.push('requests')) },
        { name: 'outbox', run: () => void done.push('outbox') },
      ]);
      send(event);
      expect((await health.ready()).ok).toBe(false);
      await expect.poll(() => exits).toEqual([0]);
      expect(done).toEqual(['requests', 'outbox']);
    },
  );

  it('goes on after a step that fails, and exits 1', async () => {
    const done: string[] = [];
    const { send, exits, lines } = install([
      { name: 'requests', run: () => Promise.reject(new Error('boom')) },
      { name: 'outbox', run: () => void done.push('outbox') },
    ]);
    send('SIGTERM');
    await expect.poll(() => exits).toEqual([1]);
    expect(done).toEqual(['outbox']);
    expect(lines.join('')).toContain('"step":"requests"');
  });

  it('exits 1 when the time is up, and says which step hung', async () => {
    vi.useFakeTimers();
    const { send, exits, lines } = install(
      [
        { name: 'quick', run: () => {} },
        { name: 'stuck', run: never },
      ],
      5_000,
    );
    send('SIGTERM');
    await vi.advanceTimersByTimeAsync(4_999);
    expect(exits).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(exits).toEqual([1]);
    expect(lines.join('')).toContain('"step":"stuck"');
  });

  it('takes two signals within a second for one, and a later one for an order to go at once', async () => {
    vi.useFakeTimers();
    const { send, exits } = install([{ name: 'stuck', run: never }]);
    send('SIGINT');
    await vi.advanceTimersByTimeAsync(500);
    send('SIGTERM');
    expect(exits).toEqual([]);
    await vi.advanceTimersByTimeAsync(600);
    send('SIGINT');
    expect(exits).toEqual([1]);
  });

  it('does not hurry when the parent goes away during the stop', async () => {
    vi.useFakeTimers();
    let runs = 0;
    const { send, exits } = install([
      {
        name: 'stuck',
        run: () => {
          runs += 1;
          return never();
        },
      },
    ]);
    send('SIGTERM');
    await vi.advanceTimersByTimeAsync(1_500);
    send('disconnect');
    expect([exits, runs]).toEqual([[], 1]);
  });

  it('can be started by the process itself, once', async () => {
    const { stop, exits } = install([]);
    await Promise.all([stop(), stop()]);
    expect(exits).toEqual([0]);
  });
});
