import { Controller, Inject, Param, Query } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { ListEvidence } from './list-evidence.handler.ts';

export const listEvidence = Symbol('listEvidence');

@Controller()
export class ListEvidenceController {
  constructor(@Inject(listEvidence) private readonly handle: ListEvidence) {}

  @Route('listEvidence')
  list(@Param() params: unknown, @Query() query: unknown, @Facts() facts: RequestFacts) {
    return this.handle(params, query, facts);
  }
}
