import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderFields } from '@countersign/shared/contracts';
import type { RunbookRun, RunbookRunner } from './runbook-runner.ts';
import { simulatedStepsOf } from './simulated-steps.ts';

export interface SimulationOptions {
  /** How long each step pretends to take; 0 by default. */
  stepMs?: number;
  /** Whether the last step of an order shall fail, and the change be taken back; never by default. */
  fails?: (order: OrderFields) => boolean;
}

/** Pretends to carry out any runbook, and says so in each action: nothing on the machine is touched. */
export function createSimulatedRunner({ stepMs = 0, fails = () => false }: SimulationOptions = {}): RunbookRunner {
  return {
    async run(order, signal): Promise<RunbookRun> {
      const isFailing = fails(order);
      const names = simulatedStepsOf(order.runbook_id);
      const actions: RunbookRun['actions'] = [];
      for (const [index, action] of names.entries()) {
        if (stepMs > 0) await sleep(stepMs, undefined, { signal });
        const isBroken = isFailing && index === names.length - 1;
        actions.push({
          step: index + 1,
          action,
          exit_code: isBroken ? 1 : 0,
          duration_sec: stepMs / 1000,
          result: isBroken ? 'simulated failure' : 'simulated',
        });
      }
      const states = { preState: { simulated: true }, postState: { simulated: true, parameters: order.parameters } };
      if (!isFailing) return { outcome: 'success', actions, ...states, rollbackAvailable: true };
      actions.push({ step: names.length + 1, action: 'roll_back', exit_code: 0, duration_sec: 0, result: 'simulated' });
      return { outcome: 'reverted', actions, ...states, rollbackAvailable: false, error: 'The last step failed.' };
    },
  };
}
