import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { CountIncidents } from './count-incidents.handler.ts';

export const countIncidents = Symbol('countIncidents');

@Controller()
export class CountIncidentsController {
  constructor(@Inject(countIncidents) private readonly handle: CountIncidents) {}

  @OnRequest('rpc.runbooks.stats.v1')
  count(items: RequestOf<'rpc.runbooks.stats.v1'>[]) {
    return this.handle(items);
  }
}
