import { Controller, Inject } from '@nestjs/common';
import type { RequestOf } from '@countersign/shared/contracts';
import { OnRequest } from '@countersign/shared/messaging';
import type { DescribeOrderKeys } from './describe-order-keys.handler.ts';

export const describeOrderKeys = Symbol('describeOrderKeys');

@Controller()
export class DescribeOrderKeysController {
  constructor(@Inject(describeOrderKeys) private readonly handle: DescribeOrderKeys) {}

  @OnRequest('rpc.orders.keys.v1')
  async describe(questions: RequestOf<'rpc.orders.keys.v1'>[]) {
    const report = await this.handle();
    return questions.map(() => report);
  }
}
