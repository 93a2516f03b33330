import { Controller, Inject } from '@nestjs/common';
import type { ResponseOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import { type Catalogue, describeRunbook } from '../../domain/index.ts';

export const catalogue = Symbol('catalogue');

@Controller()
export class ListRunbooksController {
  private readonly list: ResponseOf<'rpc.runbooks.list.v1'>;

  constructor(@Inject(catalogue) loaded: Catalogue) {
    this.list = { runbooks: loaded.runbooks.map(describeRunbook) };
  }

  @OnRequest('rpc.runbooks.list.v1')
  listRunbooks(items: unknown[]) {
    return items.map(() => this.list);
  }
}
