/** The median of what was measured again and again, and an interval that holds the true one 95 times in 100. */
export interface Estimate {
  middle: number;
  low: number;
  high: number;
}

const doubt = 0.05;

/**
 * Nothing is assumed of how the measurements are spread, for a shared host spreads them as it likes: the true median lies
 * between two of them by the binomial distribution alone (the sign test turned round). With fewer than six the interval
 * is everything that was seen.
 */
export function estimate(measured: readonly number[]): Estimate {
  const sorted = measured.toSorted((a, b) => a - b);
  const count = sorted.length;
  let [below, chance, cut] = [0, 0.5 ** count, 0];
  while (below + chance <= doubt / 2) {
    below += chance;
    cut += 1;
    chance = (chance * (count - cut + 1)) / cut;
  }
  const outer = Math.max(0, cut - 1);
  const half = Math.floor(count / 2);
  return {
    middle: count % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2,
    low: sorted[outer]!,
    high: sorted[count - 1 - outer]!,
  };
}
