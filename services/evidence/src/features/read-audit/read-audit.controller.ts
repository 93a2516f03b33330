import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { ReadAudit } from './read-audit.handler.ts';

export const readAudit = Symbol('readAudit');

@Controller()
export class ReadAuditController {
  constructor(@Inject(readAudit) private readonly handle: ReadAudit) {}

  @OnRequest('rpc.evidence.read-audit.v1')
  read(items: RequestOf<'rpc.evidence.read-audit.v1'>[]) {
    return this.handle(items);
  }
}
