import { Body, Controller, Inject } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { CheckIn } from './check-in.handler.ts';

export const checkIn = Symbol('checkIn');

@Controller()
export class CheckInController {
  constructor(@Inject(checkIn) private readonly handle: CheckIn) {}

  @Route('checkIn')
  checkIn(@Body() body: unknown, @Facts() facts: RequestFacts) {
    return this.handle(body, facts);
  }
}
