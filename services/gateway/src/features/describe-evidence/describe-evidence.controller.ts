import { Controller, Inject, Param } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { DescribeEvidence } from './describe-evidence.handler.ts';

export const describeEvidence = Symbol('describeEvidence');

@Controller()
export class DescribeEvidenceController {
  constructor(@Inject(describeEvidence) private readonly handle: DescribeEvidence) {}

  @Route('describeEvidence')
  describe(@Param() params: unknown, @Facts() facts: RequestFacts) {
    return this.handle(params, facts);
  }
}
