import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { CheckInAppliances } from './check-in.handler.ts';

export const checkInAppliances = Symbol('checkInAppliances');

@Controller()
export class CheckInController {
  constructor(@Inject(checkInAppliances) private readonly handle: CheckInAppliances) {}

  @OnRequest('rpc.orders.check-in.v1')
  checkIn(checkIns: RequestOf<'rpc.orders.check-in.v1'>[]) {
    return this.handle(checkIns);
  }
}
