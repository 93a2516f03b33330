import type { Principal, RouteContract } from '@countersign/shared/contracts';
import { AppError } from '@countersign/shared/kernel';

/** Most characters of a credential; tokens of common issuers have about a thousand. */
const longest = 4_096;

/**
 * The credential of a request: `Authorization: Bearer <key or token>` or `x-api-key: <key>`. Two that differ are none:
 * who stands before us might have checked the other one.
 */
export function readCredential(header: (name: string) => string | undefined): string {
  const bearer = /^Bearer +(.+)$/is.exec(header('authorization') ?? '')?.[1];
  const key = header('x-api-key') || undefined;
  const credential = bearer ?? key;
  if (credential === undefined) {
    throw new AppError('AUTH.MISSING_CREDENTIAL', 'unauthenticated', 'The request carries no credential.');
  }
  const isOne = bearer === undefined || key === undefined || bearer === key;
  if (!isOne || credential.length > longest || !/^[\x21-\x7e]+$/.test(credential)) throw notGood();
  return credential;
}

/** Said of every credential that is not good, in the same words: which way it is not is for nobody to learn. */
export const notGood = (): AppError =>
  new AppError('AUTH.INVALID_CREDENTIAL', 'unauthenticated', 'The key or token is not good.');

/**
 * Refuses a principal that lacks the scope of the route, or whose site is not the one that the request names, or that is
 * bound to a site where the answer tells of all. The one place where a site is held against a credential. A request that should name a site and does not is refused later, by its schema.
 */
export function admitPrincipal(principal: Principal, route: RouteContract, requestedSite: unknown): void {
  if (route.scope !== null && !principal.scopes.includes(route.scope)) {
    throw new AppError('AUTH.SCOPE_MISSING', 'forbidden', `The credential lacks the scope ${route.scope}.`, {
      details: { required_scope: route.scope },
    });
  }
  if (principal.siteId === null) return;
  if (route.fleetOnly) {
    throw new AppError('AUTH.SITE_FORBIDDEN', 'forbidden', 'The credential stands for one site, the answer for all.');
  }
  if (route.site !== null && typeof requestedSite === 'string' && requestedSite !== principal.siteId) {
    throw new AppError('AUTH.SITE_FORBIDDEN', 'forbidden', 'The credential stands for another site.');
  }
}
