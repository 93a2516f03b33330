import { randomBytes } from 'node:crypto';
import { evidenceSignedText } from '@countersign/shared/crypto';
import { createRequestSigner } from '@countersign/shared/http-signature';
import { systemClock } from '@countersign/shared/kernel';
import { type Answer, call, type CallOptions, type Json } from './call.ts';
import { type EnrolledBox, signerOfKey } from './enrol.ts';

/** A box that has enrolled signs what it sends; others do not. */
async function signed(target: string, options: CallOptions): Promise<CallOptions> {
  const signer = signerOfKey.get(options.key ?? '');
  if (signer === undefined) return options;
  const { body, headers = {}, method = body === undefined ? 'GET' : 'POST' } = options;
  const form = body instanceof FormData ? new Response(body) : undefined;
  const bytes = form === undefined ? body && JSON.stringify(body) : new Uint8Array(await form.arrayBuffer());
  const sign = createRequestSigner(signer, systemClock);
  const type: Record<string, string> = form === undefined ? {} : { 'content-type': form.headers.get('content-type')! };
  const signature = sign({ method, target, ...(bytes !== undefined && { body: bytes }) });
  return { ...options, ...(bytes !== undefined && { body: bytes }), headers: { ...headers, ...type, ...signature } };
}

/** What the boxes of one site send, each with the credential that a test gives. */
export function callsOf(base: string, siteId: string) {
  const names = { site_id: siteId, host_id: 'box-1' };
  const send = async (path: string, options: CallOptions = {}): Promise<Answer> =>
    call(base + path, await signed(path, options));
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
