import { Controller, Inject, Param } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { ReadTile } from './read-tile.handler.ts';

export const readTile = Symbol('readTile');

@Controller()
export class ReadTileController {
  constructor(@Inject(readTile) private readonly read: ReadTile) {}

  @Route('readTile')
  tile(@Param() params: unknown, @Facts() facts: RequestFacts) {
    return this.read.tile(params, facts);
  }

  @Route('readEntries')
  entries(@Param() params: unknown, @Facts() facts: RequestFacts) {
    return this.read.entries(params, facts);
  }
}
