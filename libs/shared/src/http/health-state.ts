import type { Logger } from '../telemetry/index.ts';
import { type Check, DependencyCheck } from './dependency-check.ts';
import { watchLoopLag } from './loop-lag.ts';

/** What a consumer says about itself: stalled means that its lag grows while it handles nothing. */
export interface Progress {
  stalled: boolean;
  detail: string;
}

/** The answer to a probe: 200 when `ok`, else 503. */
export interface HealthReport {
  ok: boolean;
  body: Record<string, unknown>;
}

export interface HealthStateOptions {
  logger?: Logger;
  /** 1,000 by default. */
  cacheMs?: number;
  /** 2,000 by default. */
  timeoutMs?: number;
  /** The lag of the event loop; a test may set it. */
  lagMs?: () => number;
}

const mostLagMs = 1_000;

function ask(probe: () => Progress): Progress {
  try {
    return probe();
  } catch {
    return { stalled: true, detail: 'the probe fails' };
  }
}

/** What a process knows about its own health; the three probes read it. */
export class HealthState {
  readonly #options: HealthStateOptions;
  readonly #lagMs: () => number;
  readonly #dependencies = new Map<string, DependencyCheck>();
  readonly #progress = new Map<string, () => Progress>();
  #started = false;
  #draining = false;

  constructor(options: HealthStateOptions = {}) {
    this.#options = options;
    this.#lagMs = options.lagMs ?? watchLoopLag();
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  registerDependency(name: string, check: Check): void {
    const { logger, cacheMs = 1_000, timeoutMs = 2_000 } = this.#options;
    const onChange = (connected: boolean, error?: unknown): void =>
      connected
        ? logger?.info({ dependency: name }, 'a dependency is back')
        : logger?.warn({ dependency: name, error }, 'a dependency does not answer');
    this.#dependencies.set(name, new DependencyCheck(check, { cacheMs, timeoutMs, onChange }));
  }

  registerProgress(name: string, probe: () => Progress): void {
    this.#progress.set(name, probe);
  }

  /** Call it when the process listens and consumes. */
  setStarted(): void {
    this.#started = true;
  }

  /** From now on the process is not ready: it finishes what it has and takes nothing new. */
  setDraining(): void {
    this.#draining = true;
  }

  /** Whether each dependency answers, by its name. */
  async dependencies(): Promise<Record<string, boolean>> {
    const names = [...this.#dependencies.keys()];
    const connected = await Promise.all([...this.#dependencies.values()].map((one) => one.isConnected()));
    return Object.fromEntries(names.map((name, index) => [name, connected[index] === true]));
  }

  /** `/livez`: should the process be replaced? Only for what a restart cures. */
  live(): HealthReport {
    const lag = Math.round(this.#lagMs());
    const stalled = [...this.#progress]
      .map(([name, probe]) => ({ name, ...ask(probe) }))
      .filter((one) => one.stalled)
      .map(({ name, detail }) => ({ name, detail }));
    const ok = lag <= mostLagMs && stalled.length === 0;
    return { ok, body: { status: ok ? 'ok' : 'failing', event_loop_lag_ms: lag, stalled } };
  }

  /** `/readyz`: should it be sent work? */
  async ready(): Promise<HealthReport> {
    const connected = await this.dependencies();
    const ok = this.#started && !this.#draining && Object.values(connected).every(Boolean);
    const words = Object.entries(connected).map(([name, is]) => [name, is ? 'connected' : 'disconnected']);
    return {
      ok,
      body: {
        status: ok ? 'ok' : 'failing',
        ...Object.fromEntries(words),
        started: this.#started,
        draining: this.#draining,
      },
    };
  }

  /** `/startupz`: has it started? */
  startup(): HealthReport {
    return { ok: this.#started, body: { status: this.#started ? 'ok' : 'starting' } };
  }
}
