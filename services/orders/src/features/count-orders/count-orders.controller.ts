import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { CountOrders } from './count-orders.handler.ts';

export const countOrders = Symbol('countOrders');

@Controller()
export class CountOrdersController {
  constructor(@Inject(countOrders) private readonly handle: CountOrders) {}

  @OnRequest('rpc.orders.stats.v1')
  count(questions: RequestOf<'rpc.orders.stats.v1'>[]) {
    return this.handle(questions);
  }
}
