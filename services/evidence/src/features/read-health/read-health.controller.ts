import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { ReadHealth } from './read-health.handler.ts';

export const readHealth = Symbol('readHealth');

@Controller()
export class ReadHealthController {
  constructor(@Inject(readHealth) private readonly handle: ReadHealth) {}

  @OnRequest('rpc.evidence.health.v1')
  read(items: RequestOf<'rpc.evidence.health.v1'>[]) {
    return this.handle(items);
  }
}
