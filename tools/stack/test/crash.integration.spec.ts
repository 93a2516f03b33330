import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { isAlive } from '../processes/inspect-process.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { sweepTemporaryStates } from '../state/temporary-state.ts';

const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

async function runAndRead(program: string): Promise<{ child: ChildProcess; line: string }> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, line };
}

async function killHard(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const isGone = (pid: number) => waitUntil(() => !isAlive(pid), { timeoutMs: 10_000 });

describe('when the owner of the engines is killed with SIGKILL', () => {
  it('neither server outlives it, and the next run removes their data', async () => {
    const { child, line } = await runAndRead('./own-engines.ts');
    const { pids, folder } = JSON.parse(line) as { pids: Record<'postgres' | 'nats', number>; folder: string };
    expect([isAlive(pids.postgres), isAlive(pids.nats)]).toEqual([true, true]);
    await killHard(child);
    expect([await isGone(pids.postgres), await isGone(pids.nats)]).toEqual([true, true]);
    expect(existsSync(folder)).toBe(true);
    sweepTemporaryStates();
    expect(existsSync(folder)).toBe(false);
  });
});

describe('the guardian, where the kernel does not tell a child that its parent died', () => {
  it('ends what its owner left', async () => {
    const { child, line } = await runAndRead('./guarded-child.ts');
    expect(isAlive(Number(line))).toBe(true);
    await killHard(child);
    expect(await isGone(Number(line))).toBe(true);
  });
});
