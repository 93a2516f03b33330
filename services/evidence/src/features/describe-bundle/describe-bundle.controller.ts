import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { DescribeBundle } from './describe-bundle.handler.ts';

export const describeBundle = Symbol('describeBundle');

@Controller()
export class DescribeBundleController {
  constructor(@Inject(describeBundle) private readonly handle: DescribeBundle) {}

  @OnRequest('rpc.evidence.describe.v1')
  describe(items: RequestOf<'rpc.evidence.describe.v1'>[]) {
    return this.handle(items);
  }
}
