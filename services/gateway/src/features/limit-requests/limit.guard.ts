import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type RouteContract, routeCatalog, type RouteName } from '@countersign/shared/contracts';
import { principalOf } from '../answer-requests/facts.decorator.ts';
import { routeMetadata } from '../answer-requests/route.decorator.ts';
import type { LimitPrincipal } from './principal-limits.ts';

export const limitPrincipal = Symbol('limitPrincipal');

/** After the guard that says who it is: may it come so often? Requests without a principal are counted by their address. */
@Injectable()
export class LimitGuard implements CanActivate {
  constructor(@Inject(limitPrincipal) private readonly limit: LimitPrincipal) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const principal = principalOf(http.getRequest<FastifyRequest>());
    if (principal === undefined) return true;
    const name = Reflect.getMetadata(routeMetadata, context.getHandler()) as RouteName;
    const route: RouteContract = routeCatalog[name];
    const counting = this.limit(route, principal.id);
    if (counting === undefined) return true;
    return counting.then((headers) => {
      void http.getResponse<FastifyReply>().headers(headers);
      return true;
    });
  }
}
