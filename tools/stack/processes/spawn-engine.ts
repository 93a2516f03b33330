import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { SystemUser } from '../state/system-user.ts';
import { findProgram } from './find-program.ts';
import { guardProcess } from './guard-process.ts';

export interface EngineCommand {
  program: string;
  args: string[];
  /** Its output is appended here. */
  logFile: string;
  /** Who runs it when we are root. */
  user?: SystemUser | undefined;
  /** Sent to it when we die without stopping it. */
  signalAtOurDeath: NodeJS.Signals;
}

/**
 * Starts a server in a session of its own (Ctrl-C in the terminal must not reach it before the services have drained)
 * that does not outlive us: on Linux the kernel sends it a signal when we die, elsewhere a guardian process does.
 *
 * The kernel ties this to the *thread* that spawned it: call it from a process's main thread, not from a worker thread.
 */
export function spawnEngine({ program, args, logFile, user, signalAtOurDeath }: EngineCommand): ChildProcess {
  const setpriv = process.platform === 'linux' ? findProgram('setpriv') : undefined;
  const log = openSync(logFile, 'a', 0o600);
  try {
    const options = {
      cwd: '/', // ours may lie in a folder that the system user cannot read
      detached: true,
      env: bareEnvironment(),
      stdio: ['ignore', log, log] as ['ignore', number, number],
    };
    if (setpriv) return spawn(setpriv, [...setprivOptions(user, signalAtOurDeath), '--', program, ...args], options);
    const child = spawn(program, args, { ...options, ...(user && { uid: user.uid, gid: user.gid }) });
    if (child.pid !== undefined) guardProcess(child.pid, signalAtOurDeath);
    return child;
  } finally {
    closeSync(log);
  }
}

/** What a server or initdb may see of our environment: no secret, no locale, no proxy. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, TZ } = process.env;
  return { PATH: PATH ?? '/usr/bin:/bin', LC_ALL: 'C', ...(TZ !== undefined && { TZ }) };
}

function setprivOptions(user: SystemUser | undefined, signal: NodeJS.Signals): string[] {
  const drop = user
    ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--no-new-privs']
    : ['--no-new-privs'];
  return [...drop, '--pdeathsig', signal.replace(/^SIG/, '')];
}
