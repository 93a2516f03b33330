import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { ReadTexts } from './read-texts.handler.ts';

export const readTexts = Symbol('readTexts');

@Controller()
export class ReadTextsController {
  constructor(@Inject(readTexts) private readonly handle: ReadTexts) {}

  @OnRequest('rpc.runbooks.read-texts.v1')
  read(items: RequestOf<'rpc.runbooks.read-texts.v1'>[]) {
    return this.handle(items);
  }
}
