import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { ProveConsistency } from './prove-consistency.handler.ts';

export const proveConsistency = Symbol('proveConsistency');

@Controller()
export class ProveConsistencyController {
  constructor(@Inject(proveConsistency) private readonly handle: ProveConsistency) {}

  @OnRequest('rpc.evidence.prove-consistency.v1')
  prove(items: RequestOf<'rpc.evidence.prove-consistency.v1'>[]) {
    return this.handle(items);
  }
}
