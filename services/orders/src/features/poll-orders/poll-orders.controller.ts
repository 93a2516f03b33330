import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { PollOrders } from './poll-orders.handler.ts';

export const pollOrders = Symbol('pollOrders');

@Controller()
export class PollOrdersController {
  constructor(@Inject(pollOrders) private readonly handle: PollOrders) {}

  @OnRequest('rpc.orders.poll.v1')
  poll(polls: RequestOf<'rpc.orders.poll.v1'>[]) {
    return this.handle(polls);
  }
}
