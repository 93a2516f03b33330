import type { Logger } from '../telemetry/index.ts';
import type { HealthState } from './health-state.ts';

/** One step of a stop, e.g. "finish requests", "flush the outbox". */
export interface StopStep {
  name: string;
  run: () => void | Promise<void>;
}

/** What of `process` a stop needs; a test brings its own. */
export interface StoppableProcess {
  on(event: string, listener: () => void): unknown;
  exit(code: number): void;
}

export interface GracefulStopOptions {
  /** In the order in which they run; one that throws does not keep the next from running. */
  steps: readonly StopStep[];
  logger: Logger;
  health?: HealthState;
  /** 20,000 by default. */
  timeoutMs?: number;
  host?: StoppableProcess;
}

/** Launchers send a signal twice at times, to the group and to the process; who means it sends another later. */
const sameSignalMs = 1_000;

async function runSteps(steps: readonly StopStep[], logger: Logger, enter: (name: string) => void): Promise<number> {
  let code = 0;
  for (const { name, run } of steps) {
    enter(name);
    try {
      await run();
    } catch (error) {
      code = 1;
      logger.error({ error, step: name }, 'a step of the stop failed');
    }
  }
  return code;
}

/**
 * Stops the process in order on SIGTERM, SIGINT and when the parent that forked it is gone: not ready at once, then
 * the steps, then exit 0; exit 1 when a step failed or the time is up. A second signal more than a second later exits.
 *
 * @returns a function that starts the same stop, e.g. when the start itself has failed half-way.
 */
export function installGracefulStop(options: GracefulStopOptions): () => Promise<void> {
  const { steps, logger, health, timeoutMs = 20_000, host = process } = options;
  let since: number | undefined;

  const stop = async (reason: string): Promise<void> => {
    since = performance.now();
    health?.setDraining();
    logger.info({ reason }, 'stopping');
    let current = 'none';
    const timer = setTimeout(() => {
      logger.fatal({ step: current, timeoutMs }, 'the stop hangs');
      host.exit(1);
    }, timeoutMs);
    const code = await runSteps(steps, logger, (name) => {
      current = name;
    });
    clearTimeout(timer);
    logger.info({ code }, 'stopped');
    host.exit(code);
  };

  for (const signal of ['SIGTERM', 'SIGINT']) {
    host.on(signal, () => {
      if (since === undefined) {
        void stop(signal);
      } else if (performance.now() - since > sameSignalMs) {
        logger.warn({ signal }, 'a second signal: exiting at once');
        host.exit(1);
      }
    });
  }
  const stopOnce = (reason: string) => (since === undefined ? stop(reason) : Promise.resolve());
  host.on('disconnect', () => void stopOnce('disconnect'));
  return () => stopOnce('request');
}
