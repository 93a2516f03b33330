import type { Principal, RouteContract } from '@countersign/shared/contracts';
import { AppError } from '@countersign/shared/kernel';

/** Where a request may name an appliance. */
export interface NamedHosts {
  body: unknown;
  query: unknown;
}

/**
 * Refuses an appliance whose site lets only enrolled ones act, and one that acts for another than it was enrolled as. A
 * route of its own place (an upload, an order by its id) is held against the principal by its handler.
 */
export function admitAppliance(principal: Principal, route: RouteContract, named: NamedHosts): void {
  if (principal.kind !== 'appliance') return;
  if (principal.epoch === null && principal.policy?.enrolment === 'required') {
    throw new AppError('ENROLMENT.REQUIRED', 'forbidden', 'The site lets only enrolled appliances act.');
  }
  refuseOtherHost(principal, hostIn(route.method === 'GET' ? named.query : named.body));
}

/** Throws `AUTH.HOST_FORBIDDEN` when the credential was given to another appliance. What names none passes. */
export function refuseOtherHost({ hostId }: Pick<Principal, 'hostId'>, requested: unknown): void {
  if (hostId === null || typeof requested !== 'string' || requested === hostId) return;
  throw new AppError('AUTH.HOST_FORBIDDEN', 'forbidden', 'The credential was given to another appliance.');
}

const hostIn = (fields: unknown): unknown => (fields as Record<string, unknown> | null | undefined)?.['host_id'];
