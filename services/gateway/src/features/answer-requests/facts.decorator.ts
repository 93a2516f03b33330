import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { HttpFacts } from './http-facts.ts';

/** The facts of the request, for a handler. */
export const Facts = createParamDecorator((_: unknown, context: ExecutionContext): RequestFacts => {
  const http = context.switchToHttp();
  return new HttpFacts(http.getRequest(), http.getResponse());
});
