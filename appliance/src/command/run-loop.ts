import { setTimeout as sleep } from 'node:timers/promises';
import { type AppError, asAppError } from '@countersign/shared/kernel';
import type { CheckInAnswer } from '../client/check-in.ts';
import type { ApplianceClient } from '../client/create-appliance-client.ts';
import type { HandledOrder } from '../orders/handled-order.ts';

export interface LoopOptions {
  client: ApplianceClient;
  intervalMs: number;
  once: boolean;
  /** Ends the loop after the order that is under way. */
  signal: AbortSignal;
  onCheckIn: (answer: CheckInAnswer) => void;
  onOrder: (order: HandledOrder) => void;
  onError: (error: AppError) => void;
}

/** Between two check-ins; it also brings new server keys. */
const checkInEveryMs = 60_000;

/**
 * Checks in, goes on with what was left half done, polls and handles orders, again and again. A gateway that does not
 * answer is told to `onError` and asked again; a fault of this machine (a full disk) ends the loop.
 */
export async function runLoop(options: LoopOptions): Promise<void> {
  const { client, intervalMs, once, signal, onCheckIn, onOrder, onError } = options;
  let checkedInAt = Number.NEGATIVE_INFINITY;

  async function turn(): Promise<void> {
    if (performance.now() - checkedInAt >= checkInEveryMs) {
      onCheckIn(await client.checkIn());
      checkedInAt = performance.now();
    }
    for (const order of await client.resumeOrders()) onOrder(order);
    for (const order of (await client.pollOrders()) ?? []) {
      if (signal.aborted) return;
      onOrder(await client.handleOrder(order));
    }
  }

  while (!signal.aborted) {
    try {
      await turn();
    } catch (caught) {
      const error = asAppError(caught);
      if (error === undefined) throw caught;
      onError(error);
    }
    if (once) return;
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}
