import { randomBytes } from 'node:crypto';
import type { Box } from './box.ts';
import type { Answer, CallOptions } from './call.ts';

export type Send = (path: string, options?: CallOptions) => Promise<Answer>;
type Case = [what: string, code: string, isKnown: boolean, send: () => Promise<Answer>];

export interface RefusalSites {
  own: Box;
  foreign: { siteId: string; bundleId: string; orderId: string };
}

/** A request for every kind of refusal; those that are known are put down to the box's principal. */
export function refusalCases(sites: () => RefusalSites, from: Send, ofBox: Send): Case[] {
  const own = () => sites().own;
  const foreign = () => sites().foreign;
  const names = () => ({ site_id: own().siteId, host_id: own().hostId });
  const incident = { incident_type: 'backup_failed', severity: 'high' };
  const repeat = { 'idempotency-key': 'same-key-twice' };

  return [
    ['no credential', 'AUTH.MISSING_CREDENTIAL', false, () => from('/runbooks')],
    [
      'a guessed key',
      'AUTH.INVALID_CREDENTIAL',
      false,
      () => from('/runbooks', { key: randomBytes(32).toString('hex') }),
    ],
    ['a missing scope', 'AUTH.SCOPE_MISSING', true, () => ofBox('/limits')],
    ['a foreign site', 'AUTH.SITE_FORBIDDEN', true, () => ofBox(`/evidence/${foreign().siteId}`)],
    ['a foreign bundle', 'EVIDENCE.NOT_FOUND', true, () => ofBox(`/evidence/${own().siteId}/${foreign().bundleId}`)],
    ['a foreign order', 'LEDGER.NOT_FOUND', true, () => ofBox(`/orders/${own().siteId}/${foreign().orderId}/proof`)],
    ['no route', 'REQUEST.NOT_FOUND', false, () => ofBox('/admin.php')],
    ['no JSON', 'REQUEST.MALFORMED_JSON', false, () => ofBox('/checkin', { body: '{"site_id":' })],
    ['a wrong field', 'REQUEST.INVALID', true, () => ofBox('/incidents', { body: { ...names(), severity: 7 } })],
    [
      'another body under a key',
      'GATEWAY.IDEMPOTENCY_MISMATCH',
      true,
      async () => {
        await ofBox('/incidents', { body: { ...names(), ...incident }, headers: repeat });
        return ofBox('/incidents', { body: { ...names(), ...incident, severity: 'low' }, headers: repeat });
      },
    ],
    [
      'a forged signature',
      'EVIDENCE.SIGNATURE_INVALID',
      true,
      () => ofBox('/evidence', { body: { ...own().sign(own().bundle()), signature: '00'.repeat(64) } }),
    ],
    [
      'too many reports',
      'GATEWAY.RATE_LIMITED',
      true,
      async () => {
        const report = (check_type: string) => ofBox('/drift', { body: { ...names(), check_type, drifted: true } });
        for (let n = 0; n < 10; n += 1) await report(`check-${n}`);
        return report('once too often');
      },
    ],
  ];
}
