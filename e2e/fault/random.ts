/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** From `low` up to, not including, `high`. */
  between: (low: number, high: number) => number;
  pick: <T>(list: readonly T[]) => T;
  shuffle: <T>(list: readonly T[]) => T[];
}

/** FAULT_SEED repeats an earlier run; the seed is printed. */
export function seededRandom(scenario: string): Random {
  const seed = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`${scenario}: FAULT_SEED=${seed}\n`);
  const next = mulberry32(seed);
  const pick: Random['pick'] = (list) => list[Math.floor(next() * list.length)]!;
  return {
    between: (low, high) => low + next() * (high - low),
    pick,
    shuffle(list) {
      const left = [...list];
      return Array.from(list, () => left.splice(Math.floor(next() * left.length), 1)[0]!);
    },
  };
}

/** https://gist.github.com/tommyettinger/46a874533244883189143505d203312c (public domain) */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
