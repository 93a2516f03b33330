import { Body, Controller, Inject } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { AcknowledgeOrder } from './acknowledge-order.handler.ts';

export const acknowledgeOrder = Symbol('acknowledgeOrder');

@Controller()
export class AcknowledgeOrderController {
  constructor(@Inject(acknowledgeOrder) private readonly handle: AcknowledgeOrder) {}

  @Route('acknowledgeOrder')
  acknowledge(@Body() body: unknown, @Facts() facts: RequestFacts) {
    return this.handle(body, facts);
  }
}
