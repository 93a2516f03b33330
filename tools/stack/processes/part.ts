import type { ChildProcess } from 'node:child_process';
import { endProcess, type Ending } from './end-process.ts';
import { releaseProcess } from './guard-process.ts';

/** A running process of the stack: PostgreSQL, NATS or one replica of a service. */
export interface Part {
  name: string;
  pid: number;
  port: number;
  /** Resolves when the process has ended, for whatever reason, with how: `SIGKILL`, `code 1`. */
  ended: Promise<string>;
  /** Orderly; resolves when it is gone. Safe to call twice. */
  stop: () => Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill: () => Promise<void>;
}

/** Resolves when the child has ended or could not be started at all, with how. */
export function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    const describe = (): void => resolve(child.signalCode ?? `code ${child.exitCode}`);
    if (child.exitCode !== null || child.signalCode !== null) describe();
    child.once('exit', describe);
    child.once('error', (error) => resolve(error.message));
  });
}

/** The handle on a started child; `endings` are the signals of its orderly stop, the last resort included. */
export function holdPart(name: string, pid: number, port: number, ended: Promise<string>, endings: Ending[]): Part {
  let gone = false; // then its pid may already belong to somebody else
  void ended.then(() => {
    gone = true;
    releaseProcess(pid);
  });
  const end = async (steps: Ending[]): Promise<void> => {
    if (!gone) await endProcess(pid, steps);
    await ended;
  };
  return {
    name,
    pid,
    port,
    ended,
    stop: () => end(endings),
    kill: () => end([{ signal: 'SIGKILL', waitMs: 10_000 }]),
  };
}
