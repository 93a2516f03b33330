import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { AcknowledgeOrders } from './acknowledge-order.handler.ts';

export const acknowledgeOrders = Symbol('acknowledgeOrders');

@Controller()
export class AcknowledgeOrderController {
  constructor(@Inject(acknowledgeOrders) private readonly handle: AcknowledgeOrders) {}

  @OnRequest('rpc.orders.acknowledge.v1')
  acknowledge(questions: RequestOf<'rpc.orders.acknowledge.v1'>[]) {
    return this.handle(questions);
  }
}
