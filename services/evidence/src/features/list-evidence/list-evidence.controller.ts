import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { ListEvidence } from './list-evidence.handler.ts';

export const listEvidence = Symbol('listEvidence');

@Controller()
export class ListEvidenceController {
  constructor(@Inject(listEvidence) private readonly handle: ListEvidence) {}

  @OnRequest('rpc.evidence.list.v1')
  list(items: RequestOf<'rpc.evidence.list.v1'>[]) {
    return this.handle(items);
  }
}
