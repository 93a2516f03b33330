import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { EnrolAppliances } from './enrol-appliance.handler.ts';

export const enrolAppliances = Symbol('enrolAppliances');

@Controller()
export class EnrolApplianceController {
  constructor(@Inject(enrolAppliances) private readonly handle: EnrolAppliances) {}

  @OnRequest('rpc.orders.enrol-appliance.v1')
  enrol(questions: RequestOf<'rpc.orders.enrol-appliance.v1'>[]) {
    return this.handle(questions);
  }
}
