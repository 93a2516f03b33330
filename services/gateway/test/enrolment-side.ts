import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { eventCatalog, type EventEnvelope, type EventName, type RequestOf } from '@countersign/shared/contracts';
import { enrolmentSignedText, nodeEd25519, sha256Hex, type Signer } from '@countersign/shared/crypto';
import { AppError } from '@countersign/shared/kernel';
import type { Requester } from '@countersign/shared/messaging';
import { createPool } from '@countersign/shared/persistence';
import { createLogger } from '@countersign/shared/telemetry';
import { createTestDatabase } from '@countersign/shared/testing';
import { inject } from 'vitest';
import { createEnrolAppliance } from '../src/features/enrol-appliance/enrol-appliance.handler.ts';
import { createManageEnrolmentTokens } from '../src/features/manage-enrolment-tokens/manage-enrolment-tokens.handler.ts';
import { EnrolmentTokenRepository } from '../src/persistence/enrolment-token.repository.ts';
import { EnrolmentRepository } from '../src/persistence/enrolment.repository.ts';
import { PrincipalRepository } from '../src/persistence/principal.repository.ts';

type Question = RequestOf<'rpc.orders.enrol-appliance.v1'>;

/** Orders as far as an enrolment goes: the same enrolment has the same epoch, and a key is somebody's. */
export function playOrders() {
  const epochs = new Map<string, number>();
  const current = new Map<string, number>();
  const orders = { taken: new Set<string>(), asked: [] as Question[], before: async () => {}, after: async () => {} };
  const ask = async (name: string, item: Question) => {
    if (name !== 'rpc.orders.enrol-appliance.v1') throw new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'x');
    await orders.before();
    orders.asked.push(item);
    if (orders.taken.has(item.public_key)) throw new AppError('ENROLMENT.KEY_TAKEN', 'conflict', 'x');
    const box = `${item.site_id}/${item.host_id}`;
    const known = epochs.get(item.enrolment_id);
    if (known !== undefined && known < current.get(box)!) throw new AppError('ENROLMENT.SUPERSEDED', 'conflict', 'x');
    const epoch = known ?? (current.get(box) ?? 0) + 1;
    epochs.set(item.enrolment_id, epoch);
    current.set(box, Math.max(epoch, current.get(box) ?? 0));
    await orders.after();
    return { epoch, enrolled_at: '2026-01-10T12:00:00.000Z', server_public_keys: ['ab'.repeat(32)] };
  };
  return {
    ...orders,
    ask: ask as unknown as Requester['ask'],
    set: (changes: Partial<typeof orders>) => Object.assign(orders, changes),
  };
}

export const newSigner = (): Signer => nodeEd25519.createSigner(randomBytes(32).toString('hex'));
export const newSite = (): string => `clinic-${randomBytes(4).toString('hex')}`;
/** Somebody who may run the command on the server. */
export const nobody = { principal: null };

/** The enrolments of a gateway on a database, and what came of them for one site. */
export function enrolmentSide(pool: Pool, databaseUrl: string) {
  const principals = new PrincipalRepository(pool, databaseUrl, createLogger({ service: 'gateway', level: 'fatal' }));
  let moment = 0;

  function startGateway(orders = playOrders()) {
    const time = { now: new Date() };
    const clock = { now: () => time.now };
    const tokens = new EnrolmentTokenRepository(pool, null);
    const publish = () => {};
    const repository = new EnrolmentRepository(pool);
    const handle = createEnrolAppliance({ tokens, repository, requester: orders, publish, clock });
    return {
      orders,
      time,
      tokens: createManageEnrolmentTokens(tokens, publish, clock),
      enrol: (body: object) => handle(body, { traceparent: '00-a-b-00' }),
    };
  }

  return {
    startGateway,
    makeToken: (gateway: ReturnType<typeof startGateway>, site_id: string, changes: object = {}) =>
      gateway.tokens.create({ site_id, ...changes }, nobody),
    /** A request with a true proof, later than each before it; `changes` are proved too. */
    request(token: string, site_id: string, changes: Record<string, unknown> = {}, signer = newSigner()) {
      const statement = {
        token,
        site_id,
        host_id: 'box-1',
        public_key: signer.publicKey,
        requested_at: new Date(Date.now() + (moment += 1)).toISOString(),
        nonce: randomBytes(16).toString('hex'),
        ...changes,
      };
      return { ...statement, proof: signer.sign(enrolmentSignedText(statement)) };
    },
    principalOf: async (key: string) => (await principals.findByKeyDigests([sha256Hex(key)]))[0],
    /** Events about a site, in the order in which they were said; each is held against its contract. */
    async said(site: string, type?: EventName): Promise<EventEnvelope[]> {
      const { rows } = await pool.query<{ payload: string }>('select payload from outbox order by id');
      const events = rows.flatMap(({ payload }) => JSON.parse(payload) as EventEnvelope[]);
      for (const event of events) eventCatalog[event.type].schema.parse(event.data);
      return events.filter((event) => event.subject === site && (type === undefined || event.type === type));
    },
  };
}

/** The same on a database of its own. */
export async function openEnrolmentSide() {
  const { databaseUrl, adminUrl, drop } = await createTestDatabase(inject('adminDatabaseUrl'), 'gateway');
  const pool = createPool({ databaseUrl, applicationName: 'enrol-spec', max: 8 });
  return {
    ...enrolmentSide(pool, databaseUrl),
    pool,
    adminUrl,
    async close(): Promise<void> {
      await pool.end();
      await drop();
    },
  };
}

export type EnrolmentSide = Awaited<ReturnType<typeof openEnrolmentSide>>;
