import { fork } from 'node:child_process';
import { closeSync, existsSync, fstatSync, openSync } from 'node:fs';
import { findProgram } from '../processes/find-program.ts';
import { guardProcess } from '../processes/guard-process.ts';
import { endOf, holdPart, type Part } from '../processes/part.ts';
import { cloneFolder } from '../state/clone-folder.ts';
import { explainEnd } from './explain-end.ts';

export interface ServicePlan {
  name: string;
  /** A compiled main.js that sends `{ ready: true, port }` when it listens. */
  program: string;
  env: Record<string, string>;
  /** JSON lines are appended. */
  logFile: string;
  onStart?: (pid: number) => void;
}

/** A service drains within 20 s; then patience ends. */
const endings = [
  { signal: 'SIGTERM', waitMs: 25_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

/**
 * Starts one service in a session of its own and waits until it listens. When we die it ends too: it sees its IPC
 * channel close, and should it hang, the kernel (or the guardian) kills it.
 */
export async function forkService({ name, program, env, logFile, onStart }: ServicePlan): Promise<Part> {
  if (!existsSync(program)) throw new Error(`${name} is not built: ${program} is missing`);
  const setpriv = process.platform === 'linux' ? findProgram('setpriv') : undefined;
  const log = openSync(logFile, 'a', 0o600);
  const { size: logSize } = fstatSync(log);
  const child = fork(program, [], {
    cwd: cloneFolder,
    detached: true,
    env,
    execArgv: [],
    stdio: ['ignore', log, log, 'ipc'],
    ...(setpriv && {
      execPath: setpriv,
      execArgv: ['--pdeathsig', 'KILL', '--', process.execPath, '--enable-source-maps'],
    }),
  });
  closeSync(log);
  const ended = endOf(child);
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${name} could not be started`);
  onStart?.(pid);
  if (!setpriv) guardProcess(pid, 'SIGKILL');

  const port = await new Promise<number | undefined>((resolve) => {
    child.on('message', (message: { ready?: boolean; port?: number }) => {
      if (message.ready === true) resolve(message.port ?? 0);
    });
    void ended.then(() => resolve(undefined));
    setTimeout(() => resolve(undefined), 60_000).unref();
  });
  const part = holdPart(name, pid, port ?? 0, ended, [...endings]);
  if (port !== undefined) return part;
  await part.kill();
  throw new Error(`${name} did not start: ${explainEnd(logFile, name, logSize)}`);
}
