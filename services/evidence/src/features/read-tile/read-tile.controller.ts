import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { ReadTile } from './read-tile.handler.ts';

export const readTile = Symbol('readTile');

@Controller()
export class ReadTileController {
  constructor(@Inject(readTile) private readonly handle: ReadTile) {}

  @OnRequest('rpc.evidence.read-tile.v1')
  read(items: RequestOf<'rpc.evidence.read-tile.v1'>[]) {
    return this.handle(items);
  }
}
