import { describe, expect, it } from 'vitest';
import { canonicalString, naclEd25519 } from '@countersign/shared/crypto/portable';
import { anOrder, now, orderFields, previousServer, server, stranger } from '../testing/sample-order.ts';
import { createOrderVerifier, type OrderVerifierOptions } from './verify-order.ts';

const options: OrderVerifierOptions = {
  siteId: 'clinic-7',
  hostId: 'box-1',
  maxTtlSeconds: 900,
  ed25519: naclEd25519,
  clock: { now: () => now },
  publicKeys: () => [server.publicKey],
  areKeysStale: () => false,
  refreshKeys: async () => undefined,
};
async function judge(order: unknown, changes: Partial<OrderVerifierOptions> = {}): Promise<unknown> {
  const verdict = await createOrderVerifier({ ...options, ...changes })(order);
  return verdict.ok ? 'accepted' : [verdict.refusal.code, verdict.refusal.field];
}
const without = (field: string) => Object.fromEntries(Object.entries(anOrder()).filter(([name]) => name !== field));
const flip = (hex: string) => (hex.startsWith('0') ? '1' : '0') + hex.slice(1);

describe('an order', () => {
  it('is accepted as the server signed it', async () => {
    expect(await judge(anOrder())).toBe('accepted');
  });

  it('is accepted under the previous key while a rotation lasts, and not afterwards', async () => {
    const order = anOrder({}, previousServer);
    expect(await judge(order, { publicKeys: () => [server.publicKey, previousServer.publicKey] })).toBe('accepted');
    expect(await judge(order)).toEqual(['UNKNOWN_KEY', 'key_id']);
  });

  it('under a new key makes the box check in once, and is then accepted', async () => {
    let keys = [previousServer.publicKey];
    let checkIns = 0;
    const refreshKeys = async () => {
      checkIns += 1;
      keys = [server.publicKey];
    };
    expect(await judge(anOrder(), { publicKeys: () => keys, refreshKeys })).toBe('accepted');
    expect(checkIns).toBe(1);
  });

  it('makes a box that has not checked in for long do so first: the key may have been retired since', async () => {
    let keys = [previousServer.publicKey];
    let checkIns = 0;
    const refreshKeys = async () => {
      checkIns += 1;
      keys = [server.publicKey];
    };
    const stale = { publicKeys: () => keys, areKeysStale: () => true, refreshKeys };
    expect(await judge(anOrder({}, previousServer), stale)).toEqual(['UNKNOWN_KEY', 'key_id']);
    expect(checkIns).toBe(1);
    const away = () => Promise.reject(new Error('no gateway'));
    await expect(judge(anOrder({}, previousServer), { ...stale, refreshKeys: away })).rejects.toThrow('no gateway');
  });

  it('is not accepted while the box holds no key at all', async () => {
    expect(await judge(anOrder(), { publicKeys: () => [] })).toEqual(['UNKNOWN_KEY', 'key_id']);
  });
});

describe('a hostile order is refused', () => {
  it("signed by a stranger, who names his own key or the server's", async () => {
    const forged = anOrder({}, stranger);
    expect(await judge(forged)).toEqual(['UNKNOWN_KEY', 'key_id']);
    expect(await judge({ ...forged, key_id: server.keyId })).toEqual(['SIGNATURE_INVALID', 'signature']);
  });

  it('with one flipped bit in the signature', async () => {
    const order = anOrder();
    expect(await judge({ ...order, signature: flip(order.signature) })).toEqual(['SIGNATURE_INVALID', 'signature']);
  });

  it.each([
    ['runbook_id', 'RB-WIPE-001'],
    ['runbook_digest', '00'.repeat(32)],
    ['runbook_version', '9'],
    ['parameters', { job: 'nightly; rm -rf /' }],
    ['order_type', 'shell'],
    ['order_id', 'f'.repeat(16)],
    ['incident_id', '01900000-0000-7000-8000-00000000ffff'],
    ['site_id', 'clinic-8'],
    ['target_appliance_id', 'box-2'],
    ['nonce', '00'.repeat(16)],
    ['issued_at', '2026-01-10T12:04:00.000Z'],
    ['expires_at', '2026-01-10T13:00:00.000Z'],
    ['ttl_seconds', 800],
    ['trace_id', '00'.repeat(16)],
    ['comment', 'added on the way'],
  ])('with %s altered on the way', async (field, value) => {
    expect(await judge({ ...anOrder(), [field]: value })).toEqual(['FIELD_MISMATCH', field]);
  });

  it('altered in its fields and in its payload alike', async () => {
    const altered = { ...orderFields, runbook_id: 'RB-WIPE-001' };
    const order = { ...anOrder(), ...altered, signed_payload: canonicalString(altered) };
    expect(await judge(order)).toEqual(['SIGNATURE_INVALID', 'signature']);
  });

  it.each([
    ['another site', { site_id: 'clinic-8' }, ['WRONG_SITE', 'site_id']],
    ['another box of the site', { target_appliance_id: 'box-2' }, ['WRONG_TARGET', 'target_appliance_id']],
  ])('signed for %s', async (_whom, changes, refusal) => {
    expect(await judge(anOrder(changes))).toEqual(refusal);
  });

  it('after it expired, to the millisecond', async () => {
    const at = (time: string) => ({ clock: { now: () => new Date(time) } });
    expect(await judge(anOrder(), at('2026-01-10T12:14:59.999Z'))).toBe('accepted');
    expect(await judge(anOrder(), at('2026-01-10T12:15:00.000Z'))).toEqual(['EXPIRED', 'expires_at']);
  });

  it('when its times have no zone, for they would mean another moment on another box', async () => {
    expect(await judge(anOrder({ expires_at: '2026-01-10T12:15:00' }))).toEqual(['MALFORMED', 'expires_at']);
    expect(await judge(anOrder({ issued_at: '2026-01-10 12:00:00' }))).toEqual(['MALFORMED', 'issued_at']);
  });

  it('when it would live longer than the box accepts', async () => {
    const expires_at = '2026-01-10T13:00:00.000Z';
    expect(await judge(anOrder({ ttl_seconds: 3_600, expires_at }))).toEqual(['TTL_TOO_LONG', 'ttl_seconds']);
    expect(await judge(anOrder({ expires_at }))).toEqual(['TTL_TOO_LONG', 'expires_at']);
  });

  it.each(['nonce', 'expires_at', 'target_appliance_id', 'site_id', 'signature', 'signed_payload', 'key_id'])(
    'without %s',
    async (field) => expect(await judge(without(field))).toEqual(['MALFORMED', field]),
  );

  it.each([null, 'order', 7, [], {}])('that is %j', async (order) => {
    expect(await judge(order)).toContain('MALFORMED');
  });

  it('for a runbook that the box does not have, or has in another edition', async () => {
    const edition = (digest: string) => new Map([['RB-BACKUP-001', { digest, hipaa_controls: [] }]]);
    expect(await judge(anOrder(), { knownRunbooks: new Map() })).toEqual(['UNKNOWN_RUNBOOK', 'runbook_id']);
    expect(await judge(anOrder(), { knownRunbooks: edition('00'.repeat(32)) })).toEqual([
      'RUNBOOK_DIFFERS',
      'runbook_digest',
    ]);
    expect(await judge(anOrder(), { knownRunbooks: edition('ab'.repeat(32)) })).toBe('accepted');
  });
});
