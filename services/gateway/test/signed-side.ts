import type { Pool } from 'pg';
import { inject } from 'vitest';
import type { Signer } from '@countersign/shared/crypto';
import { newId } from '@countersign/shared/kernel';
import { createPool } from '@countersign/shared/persistence';
import { createTestDatabase } from '@countersign/shared/testing';
import type { RequestFacts } from '../src/domain/request-facts.ts';
import { createSetSitePolicy } from '../src/features/set-site-policy/set-site-policy.handler.ts';
import { IntakeRepository } from '../src/persistence/intake.repository.ts';
import { SitePolicyRepository } from '../src/persistence/site-policy.repository.ts';
import { enrolmentSide, newSigner, newSite } from './enrolment-side.ts';
import { type PlayedGateway, startGateway } from './signed-gateways.ts';
import { type Box, type Message, messageOf, type MessageOptions } from './signed-messages.ts';

/** Two gateways on a database, and boxes that enrol at them. */
export interface SignedSide {
  pool: Pool;
  gateways: [PlayedGateway, PlayedGateway];
  /** A box of a new site, which is registered. */
  newBox(): Promise<Box>;
  enrol(site: string, host?: string, signer?: Signer): Promise<Box>;
  setPolicy(site: string, signed_requests: 'optional' | 'required'): Promise<unknown>;
  /** Incidents of a site that were accepted. */
  accepted(site: string): Promise<number>;
  /** What of the limit of a site counts, for all actions together. */
  used(site: string): Promise<number>;
  /** Nonces that were taken, of anybody. */
  nonces(): Promise<number>;
  /** 200, or status and code. */
  outcome(message: Message, gateway?: PlayedGateway): Promise<unknown>;
  close(): Promise<void>;
}

export async function openSignedSide(): Promise<SignedSide> {
  const database = await createTestDatabase(inject('adminDatabaseUrl'), 'gateway');
  const { databaseUrl } = database;
  const pool = createPool({ databaseUrl, applicationName: 'signed-spec', max: 8 });
  const gateways: SignedSide['gateways'] = [
    await startGateway(pool, databaseUrl),
    await startGateway(pool, databaseUrl),
  ];
  const side = enrolmentSide(pool, databaseUrl);
  const enrolments = side.startGateway();
  const policies = createSetSitePolicy(new SitePolicyRepository(pool), () => {});
  const intake = new IntakeRepository(pool, { requests: 1, windowSeconds: 1 });

  const enrol: SignedSide['enrol'] = async (site, host = 'box-1', signer = newSigner()) => {
    const { token } = await side.makeToken(enrolments, site);
    const { credential } = await enrolments.enrol(side.request(token, site, { host_id: host }, signer));
    return { site, host, key: credential.key, signer };
  };
  return {
    pool,
    gateways,
    enrol,
    async newBox() {
      const box = await enrol(newSite());
      await intake.registerSites([box.site]);
      return box;
    },
    setPolicy(site_id, signed_requests) {
      const facts = { principal: { id: newId() }, traceparent: '00-a-b-00' } as RequestFacts;
      return policies.set({ site_id }, { signed_requests }, facts);
    },
    accepted: async (site) => (await side.said(site, 'gateway.incident-reported.v1')).length,
    async used(site) {
      const { rows } = await pool.query<{ n: number }>(
        'select sum(n)::int as n from rate_limits, unnest(counts) n where site_id = $1',
        [site],
      );
      return rows[0]!.n;
    },
    async nonces() {
      const { rows } = await pool.query<{ n: number }>('select count(*)::int as n from request_nonces');
      return rows[0]!.n;
    },
    async outcome(message, gateway = gateways[0]) {
      const { status, body } = await gateway.call(message);
      return status === 200 ? 200 : [status, body['error_code']];
    },
    async close() {
      await Promise.all(gateways.map((gateway) => gateway.close()));
      await pool.end();
      await database.drop();
    },
  };
}

const report = ({ site: site_id, host: host_id }: Box) => ({
  site_id,
  host_id,
  incident_type: 'backup_failure',
  severity: 'high',
});

export const incident = (box: Box, options: MessageOptions = {}): Message =>
  messageOf(box, 'POST', '/incidents', { body: report(box), idempotencyKey: crypto.randomUUID(), ...options });
export const acknowledgement = (box: Box, options: MessageOptions = {}): Message => {
  const body = { site_id: box.site, order_id: '0123456789abcdef' };
  return messageOf(box, 'POST', '/orders/acknowledge', { body, ...options });
};
export const poll = (box: Box, options: MessageOptions = {}): Message =>
  messageOf(box, 'GET', `/orders/${box.site}?host_id=${box.host}`, options);
