import { randomBytes } from 'node:crypto';
import { evidenceSignedText, nodeEd25519, type Signer } from '@countersign/shared/crypto';
import { type Answer, call, type CallOptions, type Json } from './call.ts';
import type { ProvidedSystem } from './provided-system.ts';
import { until } from './until.ts';

/** An appliance of a site of its own, played by a test. */
export interface Box {
  siteId: string;
  hostId: string;
  signer: Signer;
  /** The server's keys, from the check-in. */
  publicKeys: string[];
  /** With the box's credential, on the first gateway unless `gateway` says another. */
  send(path: string, options?: CallOptions & { gateway?: number }): Promise<Answer>;
  incident(fields?: Json, options?: CallOptions & { gateway?: number }): Promise<Answer>;
  drift(fields?: Json, options?: CallOptions & { gateway?: number }): Promise<Answer>;
  orders(query?: string, headers?: Record<string, string>): Promise<Answer>;
  acknowledge(orderId: string): Promise<Answer>;
  /** A bundle without its signature. */
  bundle(fields?: Json): Json;
  sign(bundle: Json): Json;
  /** The bundle in the list of the site once it is sealed. */
  sealed(bundleId: string): Promise<Json>;
}

export interface BoxOptions {
  siteId?: string;
  hostId?: string;
  /** The credential; the administrator's when absent. */
  key?: string;
  /** False enrols no public key. */
  withKey?: boolean;
}

export const newSiteId = (): string => `e2e-${randomBytes(6).toString('hex')}`;

/** Checks in an appliance of a new site and gives it to play with. */
export async function enrolBox(system: ProvidedSystem, options: BoxOptions = {}): Promise<Box> {
  const { siteId = newSiteId(), hostId = 'box-1', key = system.adminKey, withKey = true } = options;
  const signer = nodeEd25519.createSigner(randomBytes(32).toString('hex'));
  const names = { site_id: siteId, host_id: hostId };
  const send: Box['send'] = (path, { gateway = 0, ...rest } = {}) =>
    call(system.gatewayUrls[gateway % system.gatewayUrls.length]! + path, { key, ...rest });
  const checkIn = await send('/checkin', { body: { ...names, ...(withKey && { public_key: signer.publicKey }) } });
  if (checkIn.status !== 200) throw new Error(`check-in answered ${checkIn.status}: ${checkIn.text}`);

  return {
    siteId,
    hostId,
    signer,
    publicKeys: checkIn.body.server_public_keys,
    send,
    incident: (fields = {}, rest = {}) =>
      send('/incidents', { body: { ...names, incident_type: 'backup_failed', severity: 'high', ...fields }, ...rest }),
    drift: (fields = {}, rest = {}) =>
      send('/drift', { body: { ...names, check_type: 'firewall', drifted: true, ...fields }, ...rest }),
    orders: (query = '', headers = {}) => send(`/orders/${siteId}${query}`, { headers }),
    acknowledge: (orderId) => send('/orders/acknowledge', { body: { site_id: siteId, order_id: orderId } }),
    bundle: (fields = {}) => ({
      ...names,
      bundle_id: `b-${randomBytes(8).toString('hex')}`,
      check_type: 'backup',
      outcome: 'success',
      hipaa_controls: ['164.308(a)(7)(ii)(A)'],
      timestamp_start: new Date().toISOString(),
      timestamp_end: new Date().toISOString(),
      ...fields,
    }),
    sign(bundle) {
      const text = evidenceSignedText(bundle);
      return { ...bundle, signed_data: text, signature: signer.sign(text) };
    },
    sealed: (bundleId) =>
      until(`bundle ${bundleId} is sealed`, async () => {
        const { body } = await send(`/evidence/${siteId}`);
        return (body?.evidence as Json[] | undefined)?.find(
          (one) => one.bundle_id === bundleId && one.sealed_at !== null,
        );
      }),
  };
}
