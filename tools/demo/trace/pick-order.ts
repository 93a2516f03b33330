import type { SeenOrder, Tally } from '../accounts/tally.ts';

/** The order whose trace stands for all: completed, nothing done to it, and of middling speed. */
export function pickOrder({ orders }: Tally): SeenOrder | undefined {
  const plain = [...orders.values()].filter(
    (order) => order.fate === 'completed' && order.isPlain && order.traceId !== null && order.sealedAfterMs !== null,
  );
  const sorted = plain.toSorted((a, b) => a.sealedAfterMs! - b.sealedAfterMs!);
  return sorted[Math.floor(sorted.length / 2)];
}
