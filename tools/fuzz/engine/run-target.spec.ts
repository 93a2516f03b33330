import { describe, expect, it } from 'vitest';
import type { FuzzTarget, OpenTarget } from './fuzz-target.ts';
import { readOne } from './reader.ts';
import { TargetRun } from './run-target.ts';

/** Runs a reader without V8's coverage: what it says of an input is all that guides. */
async function fuzz(read: (input: Uint8Array) => string, inputs: number, slowMs = 10_000, seeds = ['start']) {
  const open: OpenTarget = {
    atOnce: 64,
    run: (all) => all.map((input) => readOne(read, input)),
    coverage: { take: () => 0, covered: 0 },
    memory: () => 0,
    async close() {},
  };
  const target: FuzzTarget = {
    name: 'planted',
    summary: '',
    share: 1,
    maxBytes: 20_000,
    slowMs,
    dictionary: ['a', '"'],
    seeds: () => seeds,
    open: async () => open,
  };
  return new TargetRun(target, open, { inputs, seed: 1, kept: [], onProgress() {} }).run();
}

describe('the fuzzer', () => {
  it('finds a fault behind several conditions step by step, and gives its shortest input', async () => {
    const secret = 'FUZ!';
    const { findings } = await fuzz((input) => {
      const text = Buffer.from(input).toString('latin1');
      const depth = Array.from(secret).findIndex((letter, at) => text[at] !== letter);
      if (depth === -1) throw new TypeError('planted');
      return String(depth);
    }, 200_000);
    expect(findings).toMatchObject([{ fault: 'TypeError: planted' }]);
    expect(Buffer.from(findings[0]!.input).toString()).toBe(secret);
  });

  it('finds a reader whose time grows with the square of its input', async () => {
    const { findings } = await fuzz(
      (input) => {
        let pairs = 0;
        for (const one of input) for (const other of input.subarray(0, 5_000)) pairs += one === other ? 1 : 0;
        return String(Math.sign(pairs));
      },
      4,
      5,
      ['x'.repeat(4_000)],
    );
    expect(findings).toMatchObject([{ fault: 'takes more than 5 ms' }]);
  }, 30_000);

  it('makes the same inputs of the same seed', async () => {
    const seen: string[][] = [[], []];
    for (const list of seen) await fuzz((input) => (list.push(Buffer.from(input).toString('hex')), 'same'), 200);
    expect(seen[0]).toEqual(seen[1]);
    expect(new Set(seen[0]).size).toBeGreaterThan(150);
  });
});
