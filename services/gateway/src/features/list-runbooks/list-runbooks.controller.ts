import { Controller, Inject } from '@nestjs/common';
import { Route } from '../answer-requests/route.decorator.ts';
import type { ListRunbooks } from './list-runbooks.handler.ts';

export const listRunbooks = Symbol('listRunbooks');

@Controller()
export class ListRunbooksController {
  constructor(@Inject(listRunbooks) private readonly handle: ListRunbooks) {}

  @Route('listRunbooks')
  list() {
    return this.handle();
  }
}
