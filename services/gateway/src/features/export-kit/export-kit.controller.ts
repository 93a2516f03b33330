import { Controller, Inject, Param, Query } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { Facts } from '../answer-requests/facts.decorator.ts';
import { Route } from '../answer-requests/route.decorator.ts';
import type { ExportKit } from './export-kit.handler.ts';

export const exportKit = Symbol('exportKit');

@Controller()
export class ExportKitController {
  constructor(@Inject(exportKit) private readonly handle: ExportKit) {}

  @Route('exportKit')
  export(@Param() params: unknown, @Query() query: unknown, @Facts() facts: RequestFacts) {
    return this.handle(params, query, facts);
  }
}
