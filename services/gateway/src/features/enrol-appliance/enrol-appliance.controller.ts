import { Body, Controller, Inject } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { EnrolAppliance } from './enrol-appliance.handler.ts';

export const enrolAppliance = Symbol('enrolAppliance');

@Controller()
export class EnrolApplianceController {
  constructor(@Inject(enrolAppliance) private readonly handle: EnrolAppliance) {}

  @Route('enrol')
  enrol(@Body() body: unknown, @Facts() facts: RequestFacts) {
    return this.handle(body, facts);
  }
}
