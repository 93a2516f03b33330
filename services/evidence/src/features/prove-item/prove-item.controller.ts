import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { ProveItem } from './prove-item.handler.ts';

export const proveItem = Symbol('proveItem');

@Controller()
export class ProveItemController {
  constructor(@Inject(proveItem) private readonly handle: ProveItem) {}

  @OnRequest('rpc.evidence.prove.v1')
  prove(items: RequestOf<'rpc.evidence.prove.v1'>[]) {
    return this.handle(items);
  }
}
