import { Controller, Inject } from '@nestjs/common';
import { Route } from '../answer-requests/route.decorator.ts';
import type { ReadLedgerKey } from './read-ledger-key.handler.ts';

export const readLedgerKey = Symbol('readLedgerKey');

@Controller()
export class ReadLedgerKeyController {
  constructor(@Inject(readLedgerKey) private readonly handle: ReadLedgerKey) {}

  @Route('readLedgerKey')
  read() {
    return this.handle();
  }
}
