import { Controller, Inject, Query } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { ProveConsistency } from './prove-consistency.handler.ts';

export const proveConsistency = Symbol('proveConsistency');

@Controller()
export class ProveConsistencyController {
  constructor(@Inject(proveConsistency) private readonly handle: ProveConsistency) {}

  @Route('proveConsistency')
  prove(@Query() query: unknown, @Facts() facts: RequestFacts) {
    return this.handle(query, facts);
  }
}
