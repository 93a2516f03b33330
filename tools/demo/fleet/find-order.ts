import type { DemoBox } from './open-box.ts';
import { waitFor } from './wait-for.ts';

/** Polls until the order comes, and keeps what else came for whoever waits for that. */
export function createOrderFinder(box: DemoBox): (orderId: string) => Promise<unknown> {
  let waiting: unknown[] = [];
  const idOf = (order: unknown) => (order as { order_id?: unknown }).order_id;
  return (orderId) =>
    waitFor(
      async () => {
        const polled = await box.client.pollOrders();
        if (polled !== undefined) waiting = polled;
        return waiting.find((order) => idOf(order) === orderId);
      },
      { forMs: 10_000, everyMs: 50 },
    );
}
