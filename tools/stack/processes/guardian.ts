import { createInterface } from 'node:readline';
import { isAlive } from './inspect-process.ts';
import { sendSignal } from './end-process.ts';
import { waitUntil } from './wait-until.ts';

/** Run by guard-process.ts. Lines on stdin: `+<pid> <signal>` to guard, `-<pid>` to forget. The end of stdin is our parent's death. */
const guarded = new Map<number, NodeJS.Signals>();

for await (const line of createInterface({ input: process.stdin })) {
  const [pid, signal] = line.slice(1).split(' ');
  if (line.startsWith('+')) guarded.set(Number(pid), signal as NodeJS.Signals);
  else guarded.delete(Number(pid));
}

for (const [pid, signal] of guarded) sendSignal(pid, signal);
await waitUntil(() => ![...guarded.keys()].some(isAlive), { timeoutMs: 10_000, everyMs: 100 });
for (const pid of guarded.keys()) if (isAlive(pid)) sendSignal(pid, 'SIGKILL');
