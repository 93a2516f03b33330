import { collectGarbage } from './memory.ts';
import type { FuzzTarget, OpenTarget, Outcome } from './fuzz-target.ts';
import { openOwnCoverage } from './own-coverage.ts';

export interface Reader extends Omit<FuzzTarget, 'open' | 'share' | 'maxBytes' | 'slowMs'> {
  share?: number;
  maxBytes?: number;
  slowMs?: number;
  /** Of a batch the halves are read again when there was news: small where one input takes long. */
  atOnce?: number;
  /** Reads one input and says in a few words what came of it; throws for what must not happen. */
  read: (input: Uint8Array) => string;
}

/** What becomes of one input in a reader. */
export function readOne(read: Reader['read'], input: Uint8Array): Outcome {
  const started = performance.now();
  let label = 'fault';
  let fault: string | undefined;
  try {
    label = read(input);
  } catch (error) {
    fault = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return { label, fault, milliseconds: performance.now() - started };
}

/** A function of ours that reads bytes, in this process. */
export const readerTarget = ({ read, atOnce = 4_096, ...rest }: Reader): FuzzTarget & { read: Reader['read'] } => ({
  share: 1,
  maxBytes: 32 * 1024,
  slowMs: 100,
  ...rest,
  read,
  async open(): Promise<OpenTarget> {
    Error.stackTraceLimit = 0; // a third of the time of a reader that refuses most of what it gets
    return {
      atOnce,
      run: (inputs) => inputs.map((input) => readOne(read, input)),
      coverage: openOwnCoverage(),
      memory: collectGarbage,
      async close() {},
    };
  },
});
