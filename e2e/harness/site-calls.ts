import { randomBytes } from 'node:crypto';
import { evidenceSignedText } from '@countersign/shared/crypto';
import { type Answer, call, type CallOptions, type Json } from './call.ts';
import type { EnrolledBox } from './enrol.ts';

/** What the boxes of one site send, each with the credential that a test gives. */
export function callsOf(base: string, siteId: string) {
  const names = { site_id: siteId, host_id: 'box-1' };
  const send = (path: string, options: CallOptions = {}): Promise<Answer> => call(base + path, options);
  return {
    send,
    checkIn: (key: string, fields: Json = {}) => send('/checkin', { key, body: { ...names, ...fields } }),
    incident: (key: string, fields: Json = {}) =>
      send('/incidents', { key, body: { ...names, incident_type: 'backup_failed', severity: 'high', ...fields } }),
    polled: async (key: string): Promise<Json[]> => (await send(`/orders/${siteId}`, { key })).body.orders,
    acknowledge: (key: string, order_id: string) =>
      send('/orders/acknowledge', { key, body: { site_id: siteId, order_id } }),
    /** A signed bundle. */
    bundle({ hostId, signer }: Pick<EnrolledBox, 'hostId' | 'signer'>, fields: Json = {}): Json {
      const at = new Date().toISOString();
      const bundle = {
        site_id: siteId,
        host_id: hostId,
        bundle_id: `b-${randomBytes(8).toString('hex')}`,
        check_type: 'backup',
        outcome: 'success',
        hipaa_controls: [],
        timestamp_start: at,
        timestamp_end: at,
        ...fields,
      };
      const text = evidenceSignedText(bundle);
      return { ...bundle, signed_data: text, signature: signer.sign(text) };
    },
  };
}

export type SiteCalls = ReturnType<typeof callsOf>;
