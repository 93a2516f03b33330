import { type EvidenceBundle, signEvidence } from '@countersign/appliance';
import { nodeEd25519 } from '@countersign/shared/crypto';

/** How somebody who stole a box's credential, but not its signing key, makes up evidence. */
export type Forgery = 'signed with another key' | 'altered after signing' | 'outcome changed, text kept' | 'not signed';

const impostor = nodeEd25519.createSigner('77'.repeat(32));

const methods: Record<Forgery, { forge: (bundle: EvidenceBundle) => object; refusedAs: string }> = {
  'signed with another key': { forge: sign, refusedAs: 'EVIDENCE.SIGNATURE_INVALID' },
  'altered after signing': {
    forge: (bundle) => ({ ...sign(bundle), outcome: 'failed', signed_data: undefined }),
    refusedAs: 'EVIDENCE.SIGNATURE_INVALID',
  },
  'outcome changed, text kept': {
    forge: (bundle) => ({ ...sign(bundle), outcome: 'failed' }),
    refusedAs: 'EVIDENCE.SIGNED_DATA_MISMATCH',
  },
  'not signed': { forge: (bundle) => bundle, refusedAs: 'EVIDENCE.SIGNATURE_REQUIRED' },
};

export const forgeries = Object.keys(methods) as Forgery[];

/** The body of `POST /evidence`, and the code that the server must refuse it with (422). */
export const forgeEvidence = (bundle: EvidenceBundle, forgery: Forgery): string =>
  JSON.stringify(methods[forgery].forge(bundle));
export const codeOfForgery = (forgery: Forgery): string => methods[forgery].refusedAs;

function sign(bundle: EvidenceBundle): EvidenceBundle {
  return JSON.parse(signEvidence(bundle, impostor)) as EvidenceBundle;
}
