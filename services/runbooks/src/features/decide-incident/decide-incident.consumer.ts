import { Controller, Inject } from '@nestjs/common';
import type { EventEnvelope } from '@countersign/shared/contracts';
import { OnEvents } from '@countersign/shared/messaging';
import type { DecideIncidents } from './decide-incident.handler.ts';

export const decideIncidents = Symbol('decideIncidents');

@Controller()
export class DecideIncidentConsumer {
  constructor(@Inject(decideIncidents) private readonly handle: DecideIncidents) {}

  @OnEvents('gateway.incident-reported.v1', { durable: 'runbooks-decide-incident' })
  decide(events: EventEnvelope[]) {
    return this.handle(events);
  }
}
