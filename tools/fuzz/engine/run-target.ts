import { minimise, runAlone } from './minimise.ts';
import type { FuzzTarget, OpenTarget, Outcome } from './fuzz-target.ts';
import { mutate, type Pool } from './mutate.ts';
import { Random } from './random.ts';

export interface Finding {
  fault: string;
  input: Uint8Array;
}

export interface TargetReport {
  target: string;
  inputs: number;
  seconds: number;
  /** Characters of our programs that ran. */
  covered: number;
  corpus: number;
  /** Different outcomes. */
  outcomes: number;
  /** Of one input, milliseconds; with other work on the machine in it. */
  slowest: number;
  /** MiB after a tenth of the inputs, and at the end. */
  memory: [number, number];
  /** Longest time that the event loop was blocked, milliseconds; of a reader in this process, its slowest input. */
  longestBlock: number;
  /** Answers that were 5xx once and not again, alone. */
  passing: number;
  findings: Finding[];
}

export interface RunOptions {
  inputs: number;
  seed: number;
  kept: readonly Uint8Array[];
  onProgress: (report: { inputs: number; covered: number; corpus: number; findings: number }) => void;
}

const MiB = 1 << 20;
const mostFindings = 20;

/** Feeds a target with inputs, keeps those that reach something new, and makes new ones out of them. */
export class TargetRun {
  readonly #target: FuzzTarget;
  readonly #open: OpenTarget;
  readonly #options: RunOptions;
  readonly #random: Random;
  readonly #labels = new Set<string>();
  readonly #faults = new Set<string>();
  readonly corpus: Uint8Array[] = [];
  /** Those of the corpus that ran code which none before them had run. */
  readonly reached: Uint8Array[] = [];
  readonly #findings: Finding[] = [];
  #inputs = 0;
  #slowest = 0;
  #passing = 0;
  #atOnce = 1;

  constructor(target: FuzzTarget, open: OpenTarget, options: RunOptions) {
    this.#target = target;
    this.#open = open;
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  async run(): Promise<TargetReport> {
    const started = performance.now();
    const { name, seeds, dictionary, maxBytes } = this.#target;
    const first = [
      ...seeds().map((seed) => (typeof seed === 'string' ? Buffer.from(seed) : seed)),
      ...this.#options.kept,
    ];
    for (const seed of first) await this.#feed([seed]);
    if (this.corpus.length === 0) this.corpus.push(...first);
    const pool: Pool = { corpus: this.corpus, dictionary: dictionary.map((text) => Buffer.from(text)), maxBytes };
    let early: number | undefined;
    for (let next = 0; this.#inputs < this.#options.inputs; next += 1) {
      const count = Math.min(this.#atOnce, this.#options.inputs - this.#inputs);
      const found = await this.#feed(Array.from({ length: count }, () => this.#make(pool)));
      // News is rare soon, and finding out whose it was takes several runs.
      this.#atOnce = Math.max(1, Math.min(this.#open.atOnce, found ? this.#atOnce >> 1 : this.#atOnce * 2));
      if (early === undefined && this.#inputs > this.#options.inputs / 10) early = await this.#open.memory();
      if (next % 16 === 0) this.#tell();
      if (this.#findings.length >= mostFindings) break;
    }
    this.#tell();
    const late = await this.#open.memory();
    for (const fault of (await this.#open.after?.()) ?? []) this.#findings.push({ fault, input: new Uint8Array(0) });
    return {
      target: name,
      inputs: this.#inputs,
      seconds: (performance.now() - started) / 1_000,
      covered: this.#open.coverage.covered,
      corpus: this.corpus.length,
      outcomes: this.#labels.size,
      slowest: this.#slowest,
      memory: [Math.round((early ?? late) / MiB), Math.round(late / MiB)],
      longestBlock: this.#open.longestBlock?.() ?? this.#slowest,
      passing: this.#passing,
      findings: this.#findings,
    };
  }

  #make(pool: Pool): Uint8Array {
    const { generate } = this.#open;
    if (generate !== undefined && this.#random.below(2) === 0) return generate(this.#random);
    // What came last has been tried least.
    const recent = this.#random.below(2) === 0 ? Math.min(16, this.corpus.length) : this.corpus.length;
    return mutate(this.corpus[this.corpus.length - 1 - this.#random.below(recent)]!, this.#random, pool);
  }

  /** Whether any of them reached code that none had reached. */
  async #feed(inputs: readonly Uint8Array[]): Promise<boolean> {
    const outcomes = await this.#open.run(inputs);
    this.#inputs += inputs.length;
    const keep = new Set<Uint8Array>();
    for (const [index, outcome] of outcomes.entries()) {
      const input = inputs[index]!;
      await this.#judge(input, outcome);
      if (!this.#labels.has(outcome.label)) {
        this.#labels.add(outcome.label);
        keep.add(input);
      }
    }
    const isNew = (await this.#open.coverage.take(inputs.length === 1)) > 0;
    if (isNew) await this.#attribute(inputs, keep);
    this.corpus.push(...keep);
    return isNew;
  }

  /** Finds those whose coverage is new by running halves again. */
  async #attribute(inputs: readonly Uint8Array[], keep: Set<Uint8Array>): Promise<void> {
    if (inputs.length === 1) {
      keep.add(inputs[0]!);
      this.reached.push(inputs[0]!);
      return;
    }
    const middle = inputs.length >> 1;
    for (const half of [inputs.slice(0, middle), inputs.slice(middle)]) {
      await this.#open.run(half);
      if ((await this.#open.coverage.take(half.length === 1)) > 0) await this.#attribute(half, keep);
    }
  }

  async #judge(input: Uint8Array, { fault, milliseconds }: Outcome): Promise<void> {
    this.#slowest = Math.max(this.#slowest, milliseconds);
    const isSlow = milliseconds > this.#target.slowMs && !this.#faults.has(this.#slowFault);
    if (fault === undefined && !isSlow) return;
    const wanted = await this.#faultOf(input);
    if (wanted === undefined) this.#passing += fault === undefined ? 0 : 1;
    if (wanted === undefined || this.#faults.has(wanted)) return;
    this.#faults.add(wanted);
    const shortest = await minimise(input, async (shorter) => (await this.#faultOf(shorter)) === wanted);
    this.#findings.push({ fault: wanted, input: shortest });
  }

  async #faultOf(input: Uint8Array): Promise<string | undefined> {
    const { fault, milliseconds } = await runAlone(this.#open, input, 1);
    if (fault !== undefined) return fault;
    if (milliseconds <= this.#target.slowMs) return undefined;
    const again = await runAlone(this.#open, input, 4);
    return again.milliseconds > this.#target.slowMs ? this.#slowFault : undefined;
  }

  /** Of one reader, one is enough: what made it slow is mended before others show. */
  get #slowFault(): string {
    return `takes more than ${this.#target.slowMs} ms`;
  }

  #tell(): void {
    const { covered } = this.#open.coverage;
    this.#options.onProgress({
      inputs: this.#inputs,
      covered,
      corpus: this.corpus.length,
      findings: this.#findings.length,
    });
  }
}
