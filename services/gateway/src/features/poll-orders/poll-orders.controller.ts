import { Controller, Inject, Param, Query } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { PollOrders } from './poll-orders.handler.ts';

export const pollOrders = Symbol('pollOrders');

@Controller()
export class PollOrdersController {
  constructor(@Inject(pollOrders) private readonly handle: PollOrders) {}

  @Route('pollOrders')
  poll(@Param() params: unknown, @Query() query: unknown, @Facts() facts: RequestFacts) {
    return this.handle(params, query, facts);
  }
}
