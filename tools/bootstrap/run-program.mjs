import { delimiter, join } from 'node:path';
import { childEnd, noteStopAsked, signalChildren, spawnBound } from './bound-child.mjs';
import { paths } from './paths.mjs';

/**
 * Runs a program on Node 24 in our place: its exit code is ours, signals go through. With `ipc` the child has a channel
 * whose end tells it that we are gone, so that it can stop in order even when we were killed.
 */
export async function runProgram({ args, env, ipc }) {
  const child = spawnBound(paths.node, args, {
    cwd: paths.clone,
    env: { ...process.env, PATH: [join(paths.modules, '.bin'), process.env.PATH ?? ''].join(delimiter), ...env },
    stdio: ipc ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => forward(signal, ipc));
  return childEnd(child);
}

/** A terminal's Ctrl-C has reached the child already, and many programs take a second one for impatience; the stack does not. */
function forward(signal, ipc) {
  if (signal === 'SIGINT' && process.stdin.isTTY && !ipc) noteStopAsked();
  else signalChildren(signal);
}
