import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';

/** util-linux, on every Debian. */
const setpriv =
  process.platform === 'linux' ? ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path)) : undefined;
const running = new Set();

/** Like spawn, but the child gets SIGTERM when we die, also by SIGKILL (Linux), and when endChildren is called. */
export function spawnBound(program, args, options) {
  const child = setpriv
    ? spawn(setpriv, ['--pdeathsig', 'TERM', '--', program, ...args], options)
    : spawn(program, args, options);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** The exit code as a shell gives it. */
export function childEnd(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

let asked = false;

/** Whether our children know already that they are to stop. */
export function wasStopAsked() {
  return asked;
}

export function noteStopAsked() {
  asked = true;
}

export function signalChildren(signal) {
  asked = true;
  for (const child of running) child.kill(signal);
}
