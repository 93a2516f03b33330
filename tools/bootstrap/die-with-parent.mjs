import { signalChildren, wasStopAsked } from './bound-child.mjs';

const patienceMs = 60_000;

/**
 * npm passes SIGTERM and SIGINT on to us, but nothing on its SIGKILL: so we look whether it is still our parent. Our
 * children are then asked to stop; we end when they have ended.
 */
export function dieWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.exitCode = 1;
    if (!wasStopAsked()) signalChildren('SIGTERM');
    setTimeout(() => {
      signalChildren('SIGKILL');
      process.exit(1);
    }, patienceMs).unref();
  }, 500);
  watch.unref();
}
