import { Controller, Inject } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { ReadStats } from './read-stats.handler.ts';

export const readStats = Symbol('readStats');

@Controller()
export class ReadStatsController {
  constructor(@Inject(readStats) private readonly handle: ReadStats) {}

  @Route('readStats')
  read(@Facts() facts: RequestFacts) {
    return this.handle(facts);
  }
}
