import { Body, Controller, Inject, Param } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { SetSitePolicy } from './set-site-policy.handler.ts';

export const setSitePolicy = Symbol('setSitePolicy');

@Controller()
export class SetSitePolicyController {
  constructor(@Inject(setSitePolicy) private readonly policies: SetSitePolicy) {}

  @Route('readSitePolicy')
  read(@Param() params: unknown) {
    return this.policies.read(params);
  }

  @Route('setSitePolicy')
  set(@Param() params: unknown, @Body() body: unknown, @Facts() facts: RequestFacts) {
    return this.policies.set(params, body, facts);
  }
}
