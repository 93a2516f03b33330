import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Principal, type RouteContract, routeCatalog, type RouteName } from '@countersign/shared/contracts';
import { principalKey } from '../answer-requests/facts.decorator.ts';
import { routeMetadata } from '../answer-requests/route.decorator.ts';
import { admitAppliance } from './admit-appliance.ts';
import { admitPrincipal, readCredential } from './admit-principal.ts';
import type { VerifyCredential } from './verify-credential.ts';

export const verifyCredential = Symbol('verifyCredential');

type SiteRequest = FastifyRequest & { [principalKey]?: Principal };

/** Every request passes here. What is no route of the catalogue (the health probes) is let through by name only. */
@Injectable()
export class PrincipalGuard implements CanActivate {
  constructor(@Inject(verifyCredential) private readonly verify: VerifyCredential) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const name = Reflect.getMetadata(routeMetadata, context.getHandler()) as RouteName | undefined;
    if (name === undefined) return isProbe(context);
    const route: RouteContract = routeCatalog[name];
    if (route.scope === null) return true;
    const request = context.switchToHttp().getRequest<SiteRequest>();
    const header = (key: string) => {
      const value = request.headers[key];
      return Array.isArray(value) ? value[0] : value;
    };
    const principal = await this.verify(readCredential(header));
    admitPrincipal(principal, route, siteOf(request, route, header));
    admitAppliance(principal, route, request);
    request[principalKey] = principal;
    return true;
  }
}

const probes = new Set(['/livez', '/readyz', '/startupz']);

function isProbe(context: ExecutionContext): boolean {
  return probes.has(context.switchToHttp().getRequest<FastifyRequest>().routeOptions.url ?? '');
}

function siteOf(request: FastifyRequest, route: RouteContract, header: (name: string) => string | undefined): unknown {
  if (route.site === 'path') return (request.params as Record<string, unknown>)['site_id'];
  if (route.site === 'header') return header('x-client-id');
  if (route.site === 'query') return (request.query as Record<string, unknown>)['site_id'];
  return (request.body as Record<string, unknown> | null | undefined)?.['site_id'];
}
