import { describe, expect, it } from 'vitest';
import { enrolmentSignedText, type EnrolmentStatement, holdsEnrolmentProof } from './enrolment-statement.ts';
import { evidenceSignedText } from './evidence-statement.ts';
import { naclEd25519 } from './nacl-ed25519.ts';
import { nodeEd25519 } from './node-ed25519.ts';

const signer = nodeEd25519.createSigner('44'.repeat(32));
const stranger = nodeEd25519.createSigner('55'.repeat(32));
const statement: EnrolmentStatement = {
  token: `cse_${'A'.repeat(43)}`,
  site_id: 'clinic-7',
  host_id: 'box-1',
  public_key: signer.publicKey,
  requested_at: '2026-01-10T12:00:00.000Z',
  nonce: 'cd'.repeat(16),
};
const proof = signer.sign(enrolmentSignedText(statement));
const holds = (changes: Partial<EnrolmentStatement>, signature = proof) =>
  holdsEnrolmentProof({ ...statement, ...changes }, signature, nodeEd25519);

describe('the enrolment statement', () => {
  it('is one canonical text, which names its purpose and never the token', () => {
    // The digest is that of Python: hashlib.sha256(b"cse_" + b"A" * 43).hexdigest()
    expect(enrolmentSignedText(statement)).toBe(
      '{"host_id": "box-1", "nonce": "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", ' +
        `"public_key": "${signer.publicKey}", "purpose": "countersign/enrolment/v1", ` +
        '"requested_at": "2026-01-10T12:00:00.000Z", "site_id": "clinic-7", ' +
        '"token_sha256": "fd8d3a73dfc6d96f2baf8b7b3f03968d689d600f42e07bc8e06664cdd0aaf57c"}',
    );
  });

  it('holds under both implementations', () => {
    expect(holds({})).toBe(true);
    expect(holdsEnrolmentProof(statement, proof, naclEd25519)).toBe(true);
  });

  it.each<[string, Partial<EnrolmentStatement>]>([
    ['token', { token: `cse_${'B'.repeat(43)}` }],
    ['site', { site_id: 'clinic-8' }],
    ['host', { host_id: 'box-2' }],
    ['key', { public_key: stranger.publicKey }],
    ['moment', { requested_at: '2026-01-10T12:00:00.001Z' }],
    ['spelling of the moment', { requested_at: '2026-01-10T12:00:00Z' }],
    ['nonce', { nonce: 'ce'.repeat(16) }],
  ])('does not hold for another %s', (_what, changes) => {
    expect(holds(changes)).toBe(false);
  });

  it('does not hold when another key signed it', () => {
    expect(holds({}, stranger.sign(enrolmentSignedText(statement)))).toBe(false);
  });

  it('is not met by evidence that says the same, nor the other way round', () => {
    const { token: _, ...fields } = statement;
    expect(holds({}, signer.sign(evidenceSignedText(fields)))).toBe(false);
    expect(nodeEd25519.verify(evidenceSignedText(fields), proof, signer.publicKey)).toBe(false);
  });

  it.each([
    ['zero (order 4)', '00'.repeat(32)],
    ['the identity', `01${'00'.repeat(31)}`],
    ['order 2', `ec${'ff'.repeat(30)}7f`],
    ['order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
    ['the prime, not canonical', `ed${'ff'.repeat(30)}7f`],
    ['no point of the curve', `02${'00'.repeat(31)}`],
    ['upper case', signer.publicKey.toUpperCase()],
  ])('does not hold for a key that is none: %s', (_name, public_key) => {
    // Under a key of small order, R = identity and S = 0 verifies for some messages with a lax verifier.
    const forged = `01${'00'.repeat(63)}`;
    for (const signature of [proof, forged, '00'.repeat(64)]) {
      expect(holds({ public_key }, signature)).toBe(false);
      expect(holdsEnrolmentProof({ ...statement, public_key }, signature, naclEd25519)).toBe(false);
    }
  });
});
