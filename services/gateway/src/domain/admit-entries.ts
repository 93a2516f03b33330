import type { Principal, Scope } from '@countersign/shared/contracts';
import { AppError } from '@countersign/shared/kernel';

const scope: Scope = 'ledger:read-entries';

/** Entries name every site of the fleet. Refuses whoever is bound to one, and whoever lacks the scope. */
export function admitEntries(principal: Principal): void {
  if (!principal.scopes.includes(scope)) {
    throw new AppError('AUTH.SCOPE_MISSING', 'forbidden', `The credential lacks the scope ${scope}.`, {
      details: { required_scope: scope },
    });
  }
  if (principal.siteId !== null) {
    throw new AppError('AUTH.SITE_FORBIDDEN', 'forbidden', 'The credential stands for one site, entries for all.');
  }
}
