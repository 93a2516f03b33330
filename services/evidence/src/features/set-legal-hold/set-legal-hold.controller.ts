import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { SetLegalHold } from './set-legal-hold.handler.ts';

export const setLegalHold = Symbol('setLegalHold');

@Controller()
export class SetLegalHoldController {
  constructor(@Inject(setLegalHold) private readonly handle: SetLegalHold) {}

  @OnRequest('rpc.evidence.set-legal-hold.v1')
  set(items: RequestOf<'rpc.evidence.set-legal-hold.v1'>[]) {
    return this.handle(items);
  }
}
