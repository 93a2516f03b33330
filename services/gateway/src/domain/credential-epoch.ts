import type { Principal } from '@countersign/shared/contracts';

/**
 * What orders holds against the epoch of an appliance: that of the credential, 0 for one of the site that comes from no
 * enrolment. Undefined for whoever is no appliance: an administrator acts for any.
 */
export function credentialEpochOf({ kind, epoch }: Principal): { credential_epoch?: number } {
  return kind === 'appliance' ? { credential_epoch: epoch ?? 0 } : {};
}
