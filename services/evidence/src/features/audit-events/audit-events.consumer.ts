import { Controller, Inject } from '@nestjs/common';
import type { EventEnvelope } from '@countersign/shared/contracts';
import { OnEveryEvent } from '@countersign/shared/messaging';
import { auditDurables } from '../../domain/durables.ts';
import type { AuditEvents } from './audit-events.handler.ts';

export const auditEvents = Symbol('auditEvents');

/** Nobody waits for the ledger: lingering makes its batches large and each event cheap. */
const lingerMs = 150;

@Controller()
export class AuditEventsConsumer {
  constructor(@Inject(auditEvents) private readonly handle: AuditEvents) {}

  @OnEveryEvent('gateway', { durable: auditDurables.gateway, lingerMs, maxMessages: 64 })
  auditGateway(events: EventEnvelope[]) {
    return this.handle(events);
  }

  @OnEveryEvent('runbooks', { durable: auditDurables.runbooks, lingerMs })
  auditRunbooks(events: EventEnvelope[]) {
    return this.handle(events);
  }

  @OnEveryEvent('orders', { durable: auditDurables.orders, lingerMs })
  auditOrders(events: EventEnvelope[]) {
    return this.handle(events);
  }

  @OnEveryEvent('evidence', { durable: auditDurables.evidence, lingerMs })
  auditEvidence(events: EventEnvelope[]) {
    return this.handle(events);
  }

  @OnEveryEvent('dead-letters', { durable: auditDurables['dead-letters'], lingerMs })
  auditDeadLetters(events: EventEnvelope[]) {
    return this.handle(events);
  }
}
