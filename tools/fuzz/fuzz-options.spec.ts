import { describe, expect, it } from 'vitest';
import { readFuzzOptions } from './fuzz-options.ts';

describe('readFuzzOptions', () => {
  it('means a million inputs in all targets, from a seed of its own', () => {
    expect(readFuzzOptions([])).toMatchObject({ inputs: 1_000_000, targets: undefined, save: false });
    expect(readFuzzOptions(['--inputs', '10', '--target', 'http,orders', '--seed', '7'])).toMatchObject({
      inputs: 10,
      targets: ['http', 'orders'],
      seed: 7,
    });
  });

  it('is help when asked, and refuses what it does not know', () => {
    expect(readFuzzOptions(['--help'])).toBeUndefined();
    for (const args of [['--inputs', 'many'], ['--seed', '-1'], ['--fast']]) {
      expect(() => readFuzzOptions(args)).toThrowError();
    }
  });
});
