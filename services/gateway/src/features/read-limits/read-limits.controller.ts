import { Controller, Inject } from '@nestjs/common';
import { routeCatalog } from '@countersign/shared/contracts';
import { MediaAnswer } from '@countersign/shared/http';
import { Route } from '../answer-requests/route.decorator.ts';
import { type ReadLimits, writeMetrics } from './read-limits.handler.ts';

export const readLimits = Symbol('readLimits');

@Controller()
export class ReadLimitsController {
  constructor(@Inject(readLimits) private readonly handle: ReadLimits) {}

  @Route('readLimits')
  read() {
    return this.handle();
  }

  @Route('readMetrics')
  metrics() {
    return new MediaAnswer(routeCatalog.readMetrics.produces, writeMetrics(this.handle()));
  }
}
