import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { FindMissingEffects } from './find-missing-effects.handler.ts';

export const findMissingEffects = Symbol('findMissingEffects');

@Controller()
export class FindMissingEffectsController {
  constructor(@Inject(findMissingEffects) private readonly handle: FindMissingEffects) {}

  @OnRequest('rpc.evidence.missing-effects.v1')
  find(items: RequestOf<'rpc.evidence.missing-effects.v1'>[]) {
    return this.handle(items);
  }
}
