import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { CountEvidence } from './count-evidence.handler.ts';

export const countEvidence = Symbol('countEvidence');

@Controller()
export class CountEvidenceController {
  constructor(@Inject(countEvidence) private readonly handle: CountEvidence) {}

  @OnRequest('rpc.evidence.stats.v1')
  count(items: RequestOf<'rpc.evidence.stats.v1'>[]) {
    return this.handle(items);
  }
}
