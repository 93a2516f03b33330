import type { Principal } from '@countersign/shared/contracts';
import { AppError } from '@countersign/shared/kernel';

export interface PresentedCertificate {
  /** Signed by the authority of the settings, and in its time. */
  isTrusted: boolean;
  /** The common name of its subject; undefined when it has none or several. */
  name: string | undefined;
}

/**
 * The certificate of a principal bears the principal's id as its common name. An appliance must have one; others need
 * none, but the one that they show must be theirs. A stolen key is of no use without the private key of the certificate, nor
 * the certificate of a stolen box with the key of another.
 */
export function admitCertificate(
  principal: Pick<Principal, 'id' | 'kind'>,
  shown: PresentedCertificate | undefined,
): void {
  if (shown === undefined && principal.kind !== 'appliance') return;
  if (shown?.isTrusted === true && shown.name === principal.id) return;
  throw new AppError(
    'AUTH.CERTIFICATE_INVALID',
    'unauthenticated',
    shown === undefined
      ? 'Appliances show a client certificate.'
      : 'The client certificate is not that of the credential.',
  );
}
