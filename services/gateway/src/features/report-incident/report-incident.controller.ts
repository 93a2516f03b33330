import { Body, Controller, Inject } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { ReportIncident } from './report-incident.handler.ts';

export const reportIncident = Symbol('reportIncident');

@Controller()
export class ReportIncidentController {
  constructor(@Inject(reportIncident) private readonly report: ReportIncident) {}

  @Route('reportIncident')
  incident(@Body() body: unknown, @Facts() facts: RequestFacts) {
    return this.report.incident(body, facts);
  }

  @Route('reportDrift')
  drift(@Body() body: unknown, @Facts() facts: RequestFacts) {
    return this.report.drift(body, facts);
  }
}
