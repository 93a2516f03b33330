import { tableOf } from '../table-of.ts';
import { type Estimate, estimate } from './estimate.ts';
import { cpuOf, type Turn, type Variant, variants } from './variants.ts';

/** What checks take of what is done without them, in percent: of the throughput, and of it as the CPU says. */
export interface Cost {
  throughput: Estimate;
  cpu: Estimate;
}

const [without] = variants;

/** All turns of a variant as one. */
function poolOf(turns: readonly Turn[], variant: Variant): Omit<Turn, 'round'> {
  const own = turns.filter((turn) => turn.variant.name === variant.name);
  const requests = own.reduce((sum, turn) => sum + turn.requests, 0);
  const meanOf = (read: (turn: Turn) => number) =>
    own.reduce((sum, turn) => sum + read(turn) * turn.requests, 0) / requests;
  return {
    variant,
    requests,
    perSecond: own.reduce((sum, turn) => sum + turn.perSecond, 0) / own.length,
    p99: Math.max(...own.map((turn) => turn.p99)),
    cpu: Object.fromEntries(Object.keys(own[0]!.cpu).map((who) => [who, meanOf(({ cpu }) => cpu[who]!)])),
  };
}

/** Each turn is held against the one without checks of its own round: seconds apart, before the machine has changed. */
export function costOf(turns: readonly Turn[], variant: Variant): Cost {
  const turnsOf = ({ name }: Variant) => turns.filter((turn) => turn.variant.name === name);
  const ofRound = new Map(turnsOf(without).map((turn) => [turn.round, turn]));
  const pairs = turnsOf(variant).map((own) => ({ own, base: ofRound.get(own.round)! }));
  return {
    throughput: estimateLess(pairs.map(({ own, base }) => base.perSecond / own.perSecond)),
    cpu: estimateLess(pairs.map(({ own, base }) => cpuOf(own) / cpuOf(base))),
  };
}

/**
 * By how many percent less comes out, of how many times as much goes in. Estimated of the logarithms: what makes one of two
 * turns faster makes the ratio as many times larger as it would have made it smaller in the other.
 */
function estimateLess(ratios: readonly number[]): Estimate {
  const { middle, low, high } = estimate(ratios.map(Math.log));
  const lessOf = (logarithm: number) => (1 - Math.exp(-logarithm)) * 100;
  return { middle: lessOf(middle), low: lessOf(low), high: lessOf(high) };
}

export const sayEstimate = ({ middle, low, high }: Estimate): string =>
  `${middle.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;

export function printCost(turns: readonly Turn[]): string {
  const processes = Object.keys(turns[0]!.cpu);
  const head = [
    'incident',
    'req/s',
    'less %',
    'worst p99',
    ...processes.map((who) => `${who} us`),
    'sum us',
    'less % by CPU',
  ];
  const rows = variants.map((variant) => {
    const pool = poolOf(turns, variant);
    const cost = costOf(turns, variant);
    const less = (percent: Estimate) => (variant === without ? '' : sayEstimate(percent));
    return [
      variant.name,
      pool.perSecond.toFixed(0),
      less(cost.throughput),
      pool.p99.toFixed(0),
      ...processes.map((who) => pool.cpu[who]!.toFixed(0)),
      cpuOf(pool).toFixed(0),
      less(cost.cpu),
    ];
  });
  return tableOf([head, ...rows]).join('\n');
}
