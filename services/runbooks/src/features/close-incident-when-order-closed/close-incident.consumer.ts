import { Controller, Inject } from '@nestjs/common';
import type { EventEnvelope } from '@countersign/shared/contracts';
import { OnEvents } from '@countersign/shared/messaging';
import type { CloseIncidents } from './close-incident.handler.ts';

export const closeIncidents = Symbol('closeIncidents');

@Controller()
export class CloseIncidentConsumer {
  constructor(@Inject(closeIncidents) private readonly handle: CloseIncidents) {}

  @OnEvents('orders.closed.v1', { durable: 'runbooks-close-incident', lingerMs: 20 })
  close(events: EventEnvelope[]) {
    return this.handle(events);
  }
}
