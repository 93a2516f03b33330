import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { ReadApplianceKeys } from './read-appliance-key.handler.ts';

export const readApplianceKeys = Symbol('readApplianceKeys');

@Controller()
export class ReadApplianceKeyController {
  constructor(@Inject(readApplianceKeys) private readonly handle: ReadApplianceKeys) {}

  @OnRequest('rpc.orders.appliance-key.v1')
  read(questions: RequestOf<'rpc.orders.appliance-key.v1'>[]) {
    return this.handle(questions);
  }
}
