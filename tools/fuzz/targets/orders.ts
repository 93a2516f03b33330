import { keyIdOf, nodeEd25519, signOrder, verifyOrder } from '@countersign/shared/crypto';
import { parseStrictJson } from '@countersign/shared/json';
import { demand } from '../engine/refusal.ts';
import { readerTarget } from '../engine/reader.ts';
import { jsonTokens } from './json-tokens.ts';

const signer = nodeEd25519.createSigner('5eed'.repeat(16));
const order = signOrder(
  {
    order_id: '0123456789abcdef',
    order_type: 'healing',
    runbook_id: 'RB-BACKUP-001',
    runbook_version: '1.0.0',
    runbook_digest: '0'.repeat(64),
    parameters: { job: 'nightly' },
    site_id: 'clinic-7',
    target_appliance_id: 'box-1',
    incident_id: '01933a5e-7c1f-7d1a-8a56-0c5b6f2f7a10',
    nonce: '000102030405060708090a0b0c0d0e0f',
    issued_at: '2026-11-21T09:30:00.000Z',
    expires_at: '2026-11-21T09:45:00.000Z',
    ttl_seconds: 900,
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  },
  { keyId: keyIdOf(signer.publicKey), sign: (text) => signer.sign(text) },
);

/** An appliance carries out what was signed, to the letter, and nothing that merely looks like it. */
export const orders = readerTarget({
  name: 'orders',
  summary: 'what an appliance takes for a signed order',
  share: 1,
  dictionary: [
    ...jsonTokens,
    ...Object.keys(order).map((key) => `"${key}":`),
    ...Object.values(order).map((value) => JSON.stringify(value)),
  ],
  seeds: () => [JSON.stringify(order)],
  read(input) {
    let given: unknown;
    try {
      given = parseStrictJson(input);
    } catch {
      return 'no JSON';
    }
    const verdict = verifyOrder(given, {
      publicKeys: [signer.publicKey],
      siteId: 'clinic-7',
      applianceId: 'box-1',
      now: new Date('2026-11-21T09:31:00Z'),
      maxTtlSeconds: 3_600,
      ed25519: nodeEd25519,
    });
    if (!verdict.ok) return `${verdict.refusal.code} ${verdict.refusal.message}`;
    demand(
      verdict.value.order_id === order.order_id && verdict.value.parameters['job'] === 'nightly',
      'Another order was taken.',
    );
    return 'taken';
  },
});
