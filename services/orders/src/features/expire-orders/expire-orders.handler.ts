import type { Clock } from '@countersign/shared/kernel';
import type { Messaging } from '@countersign/shared/messaging';
import type { Logger } from '@countersign/shared/telemetry';
import type { ClosingRepository } from '../../persistence/closing.repository.ts';
import { describeClosed } from '../describe-events/describe-events.ts';

/** Ends what is overdue now; returns how many orders. */
export type ExpireOrders = () => Promise<number>;

export interface ExpireOrdersOptions {
  repository: Pick<ClosingRepository, 'closeOverdue'>;
  messaging: Pick<Messaging, 'publish'>;
  clock: Clock;
  logger: Logger;
  /** Orders of one transaction. */
  atOnce?: number;
}

export function createExpireOrders(options: ExpireOrdersOptions): ExpireOrders {
  const { repository, messaging, clock, logger, atOnce = 500 } = options;
  return async () => {
    let expired = 0;
    for (;;) {
      const { closed, rows } = await repository.closeOverdue(clock.now(), atOnce, describeClosed);
      messaging.publish(rows);
      expired += closed.length;
      if (closed.length > 0) logger.info({ orders: closed.length, first: closed[0]!.order_id }, 'orders expired');
      if (closed.length < atOnce) return expired;
    }
  };
}
