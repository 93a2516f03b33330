import type { Principal, RouteContract } from '@countersign/shared/contracts';

/**
 * Whether a request of this principal has to be signed: always when the site of an appliance demands it, and for routes
 * that an enrolled appliance signs whatever the site demands.
 */
export function demandsSignature(principal: Principal, { signedOnceEnrolled }: RouteContract): boolean {
  if (principal.kind !== 'appliance') return false;
  if (principal.policy?.signed_requests === 'required') return true;
  return signedOnceEnrolled === true && principal.epoch !== null;
}
