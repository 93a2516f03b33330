import { Controller, Inject } from '@nestjs/common';
import type { EventEnvelope } from '@countersign/shared/contracts';
import { OnEvents } from '@countersign/shared/messaging';
import { durables } from '../../domain/durables.ts';
import type { IssueOrders } from './issue-order.handler.ts';

export const issueOrders = Symbol('issueOrders');

@Controller()
export class IssueOrderConsumer {
  constructor(@Inject(issueOrders) private readonly handle: IssueOrders) {}

  @OnEvents('runbooks.selected.v1', { durable: durables.issueOrder })
  issue(events: EventEnvelope[]) {
    return this.handle(events);
  }
}
