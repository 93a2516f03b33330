import { spawn } from 'node:child_process';
import { readCpu } from './measure-cpu.ts';

export interface LoadOptions {
  wrk: string;
  script: string;
  url: string;
  connections: number;
  seconds: number;
  /** Arguments of the script: strings of our own making. */
  args: string[];
}

export interface LoadResult {
  requests: number;
  perSecond: number;
  p50: number;
  p99: number;
  /** Answers that were not what was asked for, by the script's own check of status and body, and lost connections. */
  bad: number;
  /** One of them, to look at. */
  sample: string | undefined;
  /** CPU of the load generator, microseconds. */
  cpu: number;
}

/** Runs one load to its end. The script prints its result as one line of JSON. */
export async function runWrk({ wrk, script, url, connections, seconds, args }: LoadOptions): Promise<LoadResult> {
  const child = spawn(
    wrk,
    ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, url, '--', ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  let cpu = 0;
  const watch = setInterval(() => (cpu = readCpu({ wrk: child.pid! })['wrk'] || cpu), 200);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(watch);
  const line = /^RESULT (.*)$/m.exec(output)?.[1];
  if (code !== 0 || line === undefined) throw new Error(`wrk failed (${code}):\n${output.slice(-2_000)}`);
  const sample = /^BAD (.*)$/m.exec(output)?.[1];
  return { ...(JSON.parse(line) as Omit<LoadResult, 'cpu' | 'sample'>), sample, cpu };
}
