import { Controller, Inject } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { ReadHealth } from './read-health.handler.ts';

export const readHealth = Symbol('readHealth');

@Controller()
export class ReadHealthController {
  constructor(@Inject(readHealth) private readonly handle: ReadHealth) {}

  @Route('health')
  read(@Facts() facts: RequestFacts) {
    return this.handle(facts);
  }
}
