import { tableOf } from '../table-of.ts';
import { type Turn, type Variant, variants } from './variants.ts';

const figures = ['perSecond', 'p99', 'gateway', 'postgres', 'sum'] as const;

/** The medians of a variant's turns: one turn next to a busy neighbour says nothing. */
export function summarise(turns: readonly Turn[], variant: Variant): Turn {
  const own = turns.filter((turn) => turn.variant.name === variant.name);
  const medianOf = (name: (typeof figures)[number]) => median(own.map((turn) => turn[name]));
  const [perSecond, p99, gateway, postgres, sum] = figures.map(medianOf) as [number, number, number, number, number];
  return { variant, perSecond, p99, gateway, postgres, sum };
}

/** What the checks take of what is done without them, in percent: of the throughput, and of it as the CPU says. */
export const costOf = (turn: Turn, without: Turn): { throughput: number; cpu: number } => ({
  throughput: (1 - turn.perSecond / without.perSecond) * 100,
  cpu: (1 - without.sum / turn.sum) * 100,
});

export function printCost(turns: readonly Turn[]): string {
  const without = summarise(turns, variants[0]);
  const head = ['incident', 'req/s', 'less %', 'p99 ms', 'gateway us', 'postgres us', 'sum us', 'less % by CPU'];
  const rows = variants.map((variant) => {
    const turn = summarise(turns, variant);
    const cost = costOf(turn, without);
    const { perSecond, p99, gateway, postgres, sum } = turn;
    return [
      variant.name,
      perSecond.toFixed(0),
      cost.throughput.toFixed(1),
      p99.toFixed(1),
      ...[gateway, postgres, sum].map((value) => value.toFixed(0)),
      cost.cpu.toFixed(1),
    ];
  });
  return tableOf([head, ...rows]).join('\n');
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
