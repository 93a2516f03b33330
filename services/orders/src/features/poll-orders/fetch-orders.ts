import type { Clock } from '@countersign/shared/kernel';
import type { Messaging } from '@countersign/shared/messaging';
import { sliceBatch } from '../../domain/slice-batch.ts';
import type { DeliveryRepository, OpenOrder, OpenOrdersQuery } from '../../persistence/delivery.repository.ts';
import { describeDelivered } from '../describe-events/describe-events.ts';

export interface FetchOrders {
  /** What each may fetch: one query for all. */
  find(queries: readonly OpenOrdersQuery[]): Promise<OpenOrder[][]>;
  /** Notes that these are on their way to their appliance; costs nothing when they were before. */
  deliver(orders: readonly OpenOrder[]): Promise<void>;
}

export interface FetchOrdersOptions {
  repository: DeliveryRepository;
  messaging: Pick<Messaging, 'publish'>;
  clock: Clock;
}

/** How orders leave, by poll as well as by check-in. */
export function createFetchOrders({ repository, messaging, clock }: FetchOrdersOptions): FetchOrders {
  return {
    find: (queries) => repository.findOpen(queries, clock.now()),
    async deliver(orders) {
      const pending = new Map(
        orders.filter((order) => order.status === 'pending').map((order) => [order.order_id, order]),
      );
      if (pending.size === 0) return;
      const at = clock.now();
      const announced = [...pending.values()].map((order) => ({
        orderId: order.order_id,
        event: describeDelivered(order, at),
      }));
      for (const slice of sliceBatch(announced, (order) => order.event)) {
        const { rows } = await repository.markDelivered(slice, at);
        messaging.publish(rows);
      }
    },
  };
}
