import { Body, Controller, Inject, Param } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { ExtendRetention } from './extend-retention.handler.ts';

export const extendRetention = Symbol('extendRetention');

@Controller()
export class ExtendRetentionController {
  constructor(@Inject(extendRetention) private readonly handle: ExtendRetention) {}

  @Route('extendRetention')
  extend(@Param() params: unknown, @Body() body: unknown, @Facts() facts: RequestFacts) {
    return this.handle(params, body, facts);
  }
}
