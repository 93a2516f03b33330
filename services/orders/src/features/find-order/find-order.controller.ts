import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { FindOrders } from './find-order.handler.ts';

export const findOrders = Symbol('findOrders');

@Controller()
export class FindOrderController {
  constructor(@Inject(findOrders) private readonly handle: FindOrders) {}

  @OnRequest('rpc.orders.find-by-incident.v1')
  find(questions: RequestOf<'rpc.orders.find-by-incident.v1'>[]) {
    return this.handle(questions);
  }
}
