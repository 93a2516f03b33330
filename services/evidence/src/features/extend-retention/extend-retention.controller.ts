import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { ExtendRetention } from './extend-retention.handler.ts';

export const extendRetention = Symbol('extendRetention');

@Controller()
export class ExtendRetentionController {
  constructor(@Inject(extendRetention) private readonly handle: ExtendRetention) {}

  @OnRequest('rpc.evidence.extend-retention.v1')
  extend(items: RequestOf<'rpc.evidence.extend-retention.v1'>[]) {
    return this.handle(items);
  }
}
