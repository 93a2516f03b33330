import { describe, expect, it } from 'vitest';
import { now, orderFields } from '../testing/sample-order.ts';
import { executeRunbook } from './execute-runbook.ts';
import type { RunbookRun, RunbookRunner } from './runbook-runner.ts';
import { createSimulatedRunner } from './simulated-runner.ts';

const run = (runner: RunbookRunner['run'], timeoutMs = 1_000) =>
  executeRunbook(orderFields, { runner: { run: runner }, clock: { now: () => now }, timeoutMs });

describe('carrying out a runbook', () => {
  it('tells what the runner did, and when', async () => {
    const done: RunbookRun = { outcome: 'success', actions: [{ step: 1, action: 'restart', result: 'ok' }] };
    expect(await run(async () => done)).toEqual({ ...done, startedAt: now.toISOString(), endedAt: now.toISOString() });
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no such unit')), 'no such unit'],
    ['names no outcome', async () => ({ actions: [] }) as unknown as RunbookRun, 'The runner named no outcome.'],
    [
      'invents one',
      async () => ({ outcome: 'ok', actions: [] }) as unknown as RunbookRun,
      'The runner named no outcome.',
    ],
    ['returns nothing', async () => undefined as unknown as RunbookRun, expect.any(String)],
  ])('has failed when the runner %s', async (_what, runner, error) => {
    expect(await run(runner)).toMatchObject({ outcome: 'failed', error });
  });

  it('has failed when it takes too long, and the runner is told to stop', async () => {
    let stopped: AbortSignal | undefined;
    const endless: RunbookRunner['run'] = (_order, signal) => {
      stopped = signal;
      return new Promise(() => {});
    };
    expect(await run(endless, 5)).toMatchObject({ outcome: 'failed', error: expect.stringContaining('0.005 s') });
    expect(stopped?.aborted).toBe(true);
  });
});

describe('the simulation', () => {
  it('says in every action that it is one', async () => {
    const { outcome, actions } = await createSimulatedRunner().run(orderFields, new AbortController().signal);
    expect(outcome).toBe('success');
    expect(actions.map(({ action }) => action)).toContain('check_repository');
    expect(actions.every(({ result }) => result.includes('simulated'))).toBe(true);
  });

  it('rolls back when it is told to fail, also for a runbook that it never heard of', async () => {
    const order = { ...orderFields, runbook_id: 'constructor' };
    const { outcome, actions, error } = await createSimulatedRunner({ fails: () => true }).run(
      order,
      new AbortController().signal,
    );
    expect(outcome).toBe('reverted');
    expect(actions.map(({ action }) => action)).toEqual(['inspect', 'repair', 'check', 'roll_back']);
    expect(error).toBeDefined();
  });
});
