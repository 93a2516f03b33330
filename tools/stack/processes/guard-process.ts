import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

let guardian: ChildProcess | undefined;

/**
 * For systems whose kernel does not tell a child that its parent died (macOS): one small process of its own session
 * that knows our children and signals them when its stdin ends, which happens however we die.
 */
export function guardProcess(pid: number, signal: NodeJS.Signals): void {
  guardian ??= startGuardian();
  guardian.stdin?.write(`+${pid} ${signal}\n`);
}

/** The process was stopped by us: its id may belong to somebody else soon. */
export function releaseProcess(pid: number): void {
  guardian?.stdin?.write(`-${pid}\n`);
}

function startGuardian(): ChildProcess {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./guardian.ts', import.meta.url))], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin?.on('error', () => {}); // it was killed: the next start finds what it could not end
  child.unref();
  (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return child;
}
