import { describe, expect, it } from 'vitest';
import { utf8 } from './bytes.ts';
import { readEntryBundle, Refusal, tilePath } from './index.ts';

describe('a tile', () => {
  it('is named as the specification says', () => {
    const paths = [tilePath(0, 1_234_067), tilePath(0, 0), tilePath(1, 0, 17), tilePath('entries', 1_000, 112)];
    expect(paths).toEqual(['tile/0/x001/x234/067', 'tile/0/000', 'tile/1/000.p/17', 'tile/entries/x001/000.p/112']);
  });

  it('of entries that is cut off is refused', () => {
    expect(readEntryBundle(Uint8Array.of(0, 0, 0, 1, 97))).toEqual([new Uint8Array(), utf8('a')]);
    expect(readEntryBundle(Uint8Array.of(1, 0, ...new Uint8Array(256)))).toEqual([new Uint8Array(256)]);
    for (const bytes of [[0], [0, 1], [0, 2, 97], [0, 0, 0]]) {
      expect(() => readEntryBundle(Uint8Array.from(bytes))).toThrow(Refusal);
    }
  });
});
