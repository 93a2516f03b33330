import { Controller, Inject, Query } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { ReadAudit } from './read-audit.handler.ts';

export const readAudit = Symbol('readAudit');

@Controller()
export class ReadAuditController {
  constructor(@Inject(readAudit) private readonly handle: ReadAudit) {}

  @Route('readAudit')
  read(@Query() query: unknown, @Facts() facts: RequestFacts) {
    return this.handle(query, facts);
  }
}
