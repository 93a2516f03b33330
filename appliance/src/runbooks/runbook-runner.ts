import type { OrderFields } from '@countersign/shared/contracts';

/** One thing that was done, as it goes into the evidence. */
export interface ActionTaken {
  /** From 1. */
  step: number;
  action: string;
  description?: string;
  command?: string;
  exit_code?: number;
  duration_sec?: number;
  result: string;
}

/** What became of a runbook. */
export interface RunbookRun {
  /** `reverted`: it failed and its rollback put everything back. `deferred`: not now, e.g. outside of a maintenance window. */
  outcome: 'success' | 'failed' | 'reverted' | 'deferred';
  actions: ActionTaken[];
  preState?: Record<string, unknown>;
  postState?: Record<string, unknown>;
  rollbackAvailable?: boolean;
  error?: string;
}

/** Carries out runbooks. What it throws becomes a failed outcome; it should stop when the signal says so. */
export interface RunbookRunner {
  run(order: OrderFields, signal: AbortSignal): Promise<RunbookRun>;
}
