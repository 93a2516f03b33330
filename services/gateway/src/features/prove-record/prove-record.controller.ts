import { Controller, Inject, Param } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { ProveRecord } from './prove-record.handler.ts';

export const proveRecord = Symbol('proveRecord');

@Controller()
export class ProveRecordController {
  constructor(@Inject(proveRecord) private readonly prove: ProveRecord) {}

  @Route('proveEvidence')
  evidence(@Param() params: unknown, @Facts() facts: RequestFacts) {
    return this.prove.evidence(params, facts);
  }

  @Route('proveOrder')
  order(@Param() params: unknown, @Facts() facts: RequestFacts) {
    return this.prove.order(params, facts);
  }

  @Route('proveIncident')
  incident(@Param() params: unknown, @Facts() facts: RequestFacts) {
    return this.prove.incident(params, facts);
  }
}
