import { Controller, Inject } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { ReadCheckpoint } from './read-checkpoint.handler.ts';

export const readCheckpoint = Symbol('readCheckpoint');

@Controller()
export class ReadCheckpointController {
  constructor(@Inject(readCheckpoint) private readonly handle: ReadCheckpoint) {}

  @Route('readCheckpoint')
  read(@Facts() facts: RequestFacts) {
    return this.handle(facts);
  }
}
