import { Body, Controller, Inject, Param } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { SetLegalHold } from './set-legal-hold.handler.ts';

export const setLegalHold = Symbol('setLegalHold');

@Controller()
export class SetLegalHoldController {
  constructor(@Inject(setLegalHold) private readonly handle: SetLegalHold) {}

  @Route('setLegalHold')
  set(@Param() params: unknown, @Body() body: unknown, @Facts() facts: RequestFacts) {
    return this.handle(params, body, facts);
  }
}
