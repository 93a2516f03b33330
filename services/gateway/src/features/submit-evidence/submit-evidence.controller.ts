import { Body, Controller, Inject } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { SubmitEvidence } from './submit-evidence.handler.ts';

export const submitEvidence = Symbol('submitEvidence');

@Controller()
export class SubmitEvidenceController {
  constructor(@Inject(submitEvidence) private readonly handle: SubmitEvidence) {}

  @Route('submitEvidence')
  submit(@Body() body: unknown, @Facts() facts: RequestFacts) {
    return this.handle(body, facts);
  }
}
