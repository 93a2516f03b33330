import { enrolmentSignedText, nodeEd25519 } from '@countersign/shared/crypto';
import { exampleNames } from './example-names.ts';
import { exampleLedgerKey } from './ledger-examples.ts';

const { site_id, host_id, timestamp } = exampleNames;
const appliance = nodeEd25519.createSigner('b0b0'.repeat(16));
const token_id = '01933a5e-7c23-7c11-8f4e-2b3c4d5e6f70';
const expires_at = '2026-11-21T10:30:00.000Z';

/** Made up: it stands for nothing, anywhere. */
const token = `cse_${'example-token-'.repeat(4).slice(0, 43)}`;
const statement = {
  token,
  site_id,
  host_id,
  public_key: appliance.publicKey,
  requested_at: timestamp,
  nonce: '000102030405060708090a0b0c0d0e0f',
};
const made = { token_id, site_id, host_id: null, uses: 1, expires_at };
const policy = { site_id, enrolment: 'required', signed_requests: 'required', changed_at: timestamp };

/** What goes into the routes of enrolment and comes out; the proof is a true one. */
export const enrolmentExamples = {
  createEnrolmentToken: {
    request: { site_id, expires_in_seconds: 3_600, uses: 1 },
    responses: { made: { ...made, token } },
  },
  listEnrolmentTokens: {
    responses: {
      one: {
        tokens: [
          {
            ...made,
            uses_left: 1,
            state: 'good',
            created_by: '01933a5e-7c24-7d2a-9a5f-3c4d5e6f7081',
            created_at: timestamp,
            revoked_at: null,
          },
        ],
        count: 1,
      },
    },
  },
  revokeEnrolmentToken: { responses: { revoked: { token_id, revoked_at: timestamp } } },
  enrol: {
    request: { ...statement, proof: appliance.sign(enrolmentSignedText(statement)) },
    responses: {
      enrolled: {
        appliance: { site_id, host_id },
        epoch: 1,
        enrolled_at: timestamp,
        credential: { id: '01933a5e-7c25-7e3b-8b60-4d5e6f708192', key: `csk_${'example-key-'.repeat(4).slice(0, 43)}` },
        server_public_keys: [nodeEd25519.publicKeyOf('5eed'.repeat(16))],
        ledger_key: exampleLedgerKey,
      },
    },
  },
  readSitePolicy: {
    responses: { unset: { site_id, enrolment: 'optional', signed_requests: 'optional', changed_at: null } },
  },
  setSitePolicy: { request: { enrolment: 'required', signed_requests: 'required' }, responses: { required: policy } },
};
