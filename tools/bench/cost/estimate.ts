/** What was measured again and again comes down to this, and an interval that holds the true value 95 times in 100. */
export interface Estimate {
  middle: number;
  low: number;
  high: number;
}

const doubt = 0.05;

/**
 * The median of the means of all pairs (Hodges and Lehmann, 1963), and the interval of the signed ranks (Wilcoxon). Nothing is
 * assumed of how the measurements are spread, but that they are as likely too high as too low, by as much: a shared
 * host strikes the two sides of a comparison alike. It uses what it was given nearly as well as a mean does, and one wild
 * measurement moves it as little as a median. With fewer than six the interval is everything that was seen.
 */
export function estimate(measured: readonly number[]): Estimate {
  const means = measured
    .flatMap((one, index) => measured.slice(index).map((other) => (one + other) / 2))
    .toSorted((a, b) => a - b);
  const outer = Math.max(0, rareRanks(measured.length));
  const half = Math.floor(means.length / 2);
  return {
    middle: means.length % 2 === 1 ? means[half]! : (means[half - 1]! + means[half]!) / 2,
    low: means[outer]!,
    high: means[means.length - 1 - outer]!,
  };
}

/** The largest sum of signed ranks that so many measurements stay at or below in half the doubt; -1: none is so rare. */
function rareRanks(count: number): number {
  // How likely each sum is when each rank counts or does not, by the toss of a coin.
  let chances = [1];
  for (let rank = 1; rank <= count; rank += 1) {
    chances = Array.from({ length: chances.length + rank }, (_, sum) => {
      const [without = 0, withIt = 0] = [chances[sum], chances[sum - rank]];
      return (without + withIt) / 2;
    });
  }
  let [sum, chance] = [-1, 0];
  while (chance + chances[sum + 1]! <= doubt / 2) {
    sum += 1;
    chance += chances[sum]!;
  }
  return sum;
}
