import type { Profiler } from 'node:inspector';
import { waitUntil } from '../../stack/processes/wait-until.ts';
import { CoverageMap, type CoverageSource } from '../engine/coverage-map.ts';

export interface RemoteProcess extends CoverageSource {
  /** Longest time that its event loop was blocked, milliseconds; taking coverage is left out. */
  longestBlock: () => number;
  close: () => void;
}

const watchLoop = `globalThis.fuzzLoop = process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution: 10 });
  globalThis.fuzzLoop.enable(); process.pid`;
const readLoop = `(() => { const most = globalThis.fuzzLoop.max; globalThis.fuzzLoop.reset(); return most / 1e6; })()`;

/** Wakes the inspector of a process of ours, which it has on 127.0.0.1 only, and counts there. */
export async function openRemoteCoverage(pid: number, port: number): Promise<RemoteProcess> {
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await findInspector(port));
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error('The inspector of the gateway does not answer.')), {
      once: true,
    });
  });
  const waiting = new Map<number, (answer: never) => void>();
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result: never };
    if (id !== undefined) waiting.get(id)?.(result);
    if (id !== undefined) waiting.delete(id);
  });
  const ask = <Answer>(method: string, params: object = {}): Promise<Answer> =>
    new Promise((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  const evaluate = async (expression: string): Promise<number> =>
    (await ask<{ result: { value: number } }>('Runtime.evaluate', { expression, returnByValue: true })).result.value;
  if ((await evaluate(watchLoop)) !== pid) throw new Error(`The inspector at port ${port} is of another process.`);
  await ask('Profiler.enable');
  await ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const map = new CoverageMap();
  let longest = 0;
  return {
    async take(mark) {
      longest = Math.max(longest, await evaluate(readLoop));
      const { result } = await ask<{ result: Profiler.ScriptCoverage[] }>('Profiler.takePreciseCoverage');
      await evaluate(readLoop);
      return map.add(result, mark);
    },
    get covered() {
      return map.covered;
    },
    longestBlock: () => longest,
    close: () => socket.close(),
  };
}

async function findInspector(port: number): Promise<string> {
  const url = await waitUntil(() => askInspector(port), { timeoutMs: 10_000 });
  if (url === undefined) throw new Error(`No inspector at port ${port}.`);
  return url;
}

/** Undefined while nobody listens, or it has nothing to inspect yet. */
async function askInspector(port: number): Promise<string | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
    const [first] = (await answer.json()) as { webSocketDebuggerUrl: string }[];
    return first?.webSocketDebuggerUrl;
  } catch {
    return undefined;
  }
}
