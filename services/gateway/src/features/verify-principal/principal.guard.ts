import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Principal, type RouteContract, routeCatalog, type RouteName } from '@countersign/shared/contracts';
import { principalKey } from '../answer-requests/facts.decorator.ts';
import { routeMetadata } from '../answer-requests/route.decorator.ts';
import { admitAppliance } from './admit-appliance.ts';
import { admitPrincipal, readCredential } from './admit-principal.ts';
import { headerOf, siteOf } from './site-of.ts';
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
    const principal = await this.verify(readCredential((header) => headerOf(request, header)));
    // Known from here on, whatever it may do: a refusal is put down to whoever was refused.
    request[principalKey] = principal;
    admitPrincipal(principal, route, siteOf(request, route));
    admitAppliance(principal, route, request);
    return true;
  }
}

const probes = new Set(['/livez', '/readyz', '/startupz']);

function isProbe(context: ExecutionContext): boolean {
  return probes.has(context.switchToHttp().getRequest<FastifyRequest>().routeOptions.url ?? '');
}
