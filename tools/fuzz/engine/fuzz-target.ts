import type { CoverageSource } from './coverage-map.ts';
import type { Random } from './random.ts';

/** Something that reads what strangers send. */
export interface FuzzTarget {
  name: string;
  summary: string;
  /** Its part of all inputs of a run. */
  share: number;
  maxBytes: number;
  /** Milliseconds that one input may take, alone and at the best of several tries. */
  slowMs: number;
  /** What its format is made of; put in and exchanged for one another. */
  dictionary: readonly string[];
  seeds: () => (string | Uint8Array)[];
  open: () => Promise<OpenTarget>;
}

export interface OpenTarget {
  /** Inputs that are handed over together; a run of them is what coverage is taken of. */
  atOnce: number;
  /** What became of each, in their order. Never rejects. */
  run: (inputs: readonly Uint8Array[]) => Promise<Outcome[]> | Outcome[];
  coverage: CoverageSource;
  /** An input that is made, not mutated. */
  generate?: (random: Random) => Uint8Array;
  /** Bytes of memory of the process that reads. */
  memory: () => Promise<number> | number;
  /** Longest time that the event loop of the process that reads was blocked, milliseconds. */
  longestBlock?: () => number;
  /** What turned out only when all was over. */
  after?: () => Promise<string[]>;
  close: () => Promise<void>;
}

export interface Outcome {
  /** In a few words what became of the input; one that was never seen makes the input worth keeping. */
  label: string;
  /** What must not happen. */
  fault?: string | undefined;
  milliseconds: number;
}
