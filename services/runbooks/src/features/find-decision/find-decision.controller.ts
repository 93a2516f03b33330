import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { FindDecisions } from './find-decision.handler.ts';

export const findDecisions = Symbol('findDecisions');

@Controller()
export class FindDecisionController {
  constructor(@Inject(findDecisions) private readonly handle: FindDecisions) {}

  @OnRequest('rpc.runbooks.find-decision.v1')
  find(items: RequestOf<'rpc.runbooks.find-decision.v1'>[]) {
    return this.handle(items);
  }
}
