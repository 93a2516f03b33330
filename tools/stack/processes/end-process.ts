import { isAlive } from './inspect-process.ts';
import { waitUntil } from './wait-until.ts';

export interface Ending {
  /** Tried in this order; each gets its time before the next one. */
  signal: NodeJS.Signals;
  waitMs: number;
}

/** Sends the signals one after the other until the process is gone; throws when it outlives the last. */
export async function endProcess(pid: number, endings: Ending[]): Promise<void> {
  for (const { signal, waitMs } of endings) {
    if (!sendSignal(pid, signal)) return;
    if (await waitUntil(() => !isAlive(pid), { timeoutMs: waitMs })) return;
  }
  throw new Error(`process ${pid} did not end after ${endings.map((ending) => ending.signal).join(', ')}`);
}

/** False when the process is already gone. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
