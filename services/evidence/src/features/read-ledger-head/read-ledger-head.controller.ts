import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { ReadLedgerHead } from './read-ledger-head.handler.ts';

export const readLedgerHead = Symbol('readLedgerHead');

@Controller()
export class ReadLedgerHeadController {
  constructor(@Inject(readLedgerHead) private readonly handle: ReadLedgerHead) {}

  @OnRequest('rpc.evidence.ledger-head.v1')
  read(items: RequestOf<'rpc.evidence.ledger-head.v1'>[]) {
    return this.handle(items);
  }
}
