import type { Profiler } from 'node:inspector';

/** Says which code has run. */
export interface CoverageSource {
  /** How many characters of our programs ran for the first time since the last call that marked them. */
  take: (mark: boolean) => Promise<number> | number;
  /** Characters of our programs that have run. */
  readonly covered: number;
}

const isOurs = /\/(?:libs|services|appliance)\/(?:.+\/)?(?:dist|src)\//;

/**
 * What V8 counts by block (`Profiler.takePreciseCoverage`), as one byte per character of source. V8 merges neighbours with the
 * same count, so the ranges themselves say little: only the characters in them stay what they are.
 */
export class CoverageMap {
  readonly #seen = new Map<string, Uint8Array>();
  #scratch = new Uint8Array(1 << 16);
  covered = 0;

  /** Counts what is new in a report, and marks it as seen. */
  add(report: readonly Profiler.ScriptCoverage[], mark: boolean): number {
    let fresh = 0;
    for (const { url, functions } of report) if (isOurs.test(url)) fresh += this.#addScript(url, functions, mark);
    if (mark) this.covered += fresh;
    return fresh;
  }

  #addScript(url: string, functions: readonly Profiler.FunctionCoverage[], mark: boolean): number {
    const length = Math.max(...functions.map(({ ranges }) => ranges[0]?.endOffset ?? 0));
    if (this.#scratch.length < length) this.#scratch = new Uint8Array(2 * length);
    const ran = this.#scratch.fill(0, 0, length);
    // Outer functions and blocks come before those in them.
    for (const { ranges } of functions)
      for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    const seen = this.#seenOf(url, length);
    let fresh = 0;
    for (let at = 0; at < length; at += 1) {
      if (ran[at] === 0 || seen[at] === 1) continue;
      fresh += 1;
      if (mark) seen[at] = 1;
    }
    return fresh;
  }

  #seenOf(url: string, length: number): Uint8Array {
    const known = this.#seen.get(url);
    if (known !== undefined && known.length >= length) return known;
    const wider = new Uint8Array(length);
    if (known !== undefined) wider.set(known);
    this.#seen.set(url, wider);
    return wider;
  }
}
