import { Body, Controller, Inject, Param, Query } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { ManageEnrolmentTokens } from './manage-enrolment-tokens.handler.ts';

export const manageEnrolmentTokens = Symbol('manageEnrolmentTokens');

@Controller()
export class ManageEnrolmentTokensController {
  constructor(@Inject(manageEnrolmentTokens) private readonly tokens: ManageEnrolmentTokens) {}

  @Route('createEnrolmentToken')
  create(@Body() body: unknown, @Facts() facts: RequestFacts) {
    return this.tokens.create(body, facts);
  }

  @Route('listEnrolmentTokens')
  list(@Query() query: unknown, @Facts() facts: RequestFacts) {
    return this.tokens.list(query, facts);
  }

  @Route('revokeEnrolmentToken')
  revoke(@Param() params: unknown, @Facts() facts: RequestFacts) {
    return this.tokens.revoke(params, facts);
  }
}
