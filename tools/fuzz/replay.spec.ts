import { describe, expect, it } from 'vitest';
import { type Kept, readKept } from './engine/corpus-file.ts';
import { readOne } from './engine/reader.ts';
import { readers } from './targets/readers.ts';

const kinds: Kept[] = ['regressions', 'corpus'];

describe.each(readers)('$name', ({ name, read, seeds, slowMs }) => {
  it('does nothing that must not happen with any input that was kept', () => {
    const inputs = [
      ...seeds().map((seed) => Buffer.from(seed as string)),
      ...kinds.flatMap((kept) => readKept(kept, name)),
    ];
    const faults = inputs.flatMap((input) => readOne(read, input).fault ?? []);
    expect(faults).toEqual([]);
  });

  it('is not slow for a piece of itself many times over', () => {
    const pieces = [
      ...seeds().map((seed) => Buffer.from(seed as string)),
      ...kinds.flatMap((kept) => readKept(kept, name)),
    ];
    for (const piece of pieces.slice(0, 40)) {
      const large = Buffer.concat(Array.from({ length: Math.ceil(32_768 / (piece.length + 1)) }, () => piece));
      const tries = [1, 2, 3].map(() => readOne(read, large).milliseconds);
      expect(Math.min(...tries), piece.toString('latin1').slice(0, 60)).toBeLessThan(slowMs);
    }
  });
});
