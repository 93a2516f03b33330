import type { Principal, RouteContract } from '@countersign/shared/contracts';
import { AppError } from '@countersign/shared/kernel';

/** The credential of a request: `Authorization: Bearer <key>` or `x-api-key: <key>`. */
export function readCredential(header: (name: string) => string | undefined): string {
  const authorization = header('authorization');
  const bearer = authorization === undefined ? undefined : /^Bearer +([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1];
  const key = bearer ?? header('x-api-key');
  if (!key || key.length > 512) {
    throw new AppError('AUTH.MISSING_CREDENTIAL', 'unauthenticated', 'The request carries no credential.');
  }
  return key;
}

/**
 * Refuses a principal that lacks the scope of the route, or whose site is not the one that the request names. A
 * request that should name a site and does not is refused later, by its schema.
 */
export function admitPrincipal(principal: Principal, route: RouteContract, requestedSite: unknown): void {
  if (route.scope !== null && !principal.scopes.includes(route.scope)) {
    throw new AppError('AUTH.SCOPE_MISSING', 'forbidden', `The credential lacks the scope ${route.scope}.`, {
      details: { required_scope: route.scope },
    });
  }
  if (principal.siteId === null || route.site === null || typeof requestedSite !== 'string') return;
  if (requestedSite !== principal.siteId) {
    throw new AppError('AUTH.SITE_FORBIDDEN', 'forbidden', 'The credential stands for another site.');
  }
}
