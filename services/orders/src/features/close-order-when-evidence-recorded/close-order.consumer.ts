import { Controller, Inject } from '@nestjs/common';
import type { EventEnvelope } from '@countersign/shared/contracts';
import { OnEvents } from '@countersign/shared/messaging';
import { durables } from '../../domain/durables.ts';
import type { CloseOrders } from './close-order.handler.ts';

export const closeOrders = Symbol('closeOrders');

@Controller()
export class CloseOrderConsumer {
  constructor(@Inject(closeOrders) private readonly handle: CloseOrders) {}

  @OnEvents('evidence.recorded.v1', { durable: durables.closeOrder, lingerMs: 20 })
  close(events: EventEnvelope[]) {
    return this.handle(events);
  }
}
