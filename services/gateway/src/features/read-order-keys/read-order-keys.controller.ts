import { Controller, Inject } from '@nestjs/common';
import { Route } from '../answer-requests/route.decorator.ts';
import type { ReadOrderKeys } from './read-order-keys.handler.ts';

export const readOrderKeys = Symbol('readOrderKeys');

@Controller()
export class ReadOrderKeysController {
  constructor(@Inject(readOrderKeys) private readonly handle: ReadOrderKeys) {}

  @Route('readOrderKeys')
  read() {
    return this.handle();
  }
}
