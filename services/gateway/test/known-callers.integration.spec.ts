import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { LimitPolicyName } from '@countersign/shared/contracts';
import { createPool } from '@countersign/shared/persistence';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { type Limits, openLimits } from '../src/features/limit-requests/open-limits.ts';
import { LimitRepository } from '../src/persistence/limit.repository.ts';
import { enrolmentSide, newSigner, newSite } from './enrolment-side.ts';
import { logger, policy } from './open-limiter.ts';
import { type PlayedGateway, startGateway, windowSeconds } from './signed-gateways.ts';
import type { Box, Message } from './signed-messages.ts';
import { acknowledgement, poll } from './signed-side.ts';

const most = 5;
let database: TestDatabase;
let pool: Pool;
let limits: Limits;
let gateway: PlayedGateway;
let box: Box;
let address: string;
let addresses = 0;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'gateway');
  const { databaseUrl } = database;
  pool = createPool({ databaseUrl, applicationName: 'known-callers-spec', max: 4 });
  const repository = new LimitRepository(pool, databaseUrl, 'failed-requests', logger);
  const failures = { 'failed-requests': policy('failed-requests', most, 900) };
  limits = openLimits(failures as Record<LimitPolicyName, ReturnType<typeof policy>>, repository, logger);
  gateway = await startGateway(pool, databaseUrl, limits.addresses);
  const side = enrolmentSide(pool, databaseUrl);
  const enrolments = side.startGateway();
  const [site, signer] = [newSite(), newSigner()];
  const { token } = await side.makeToken(enrolments, site);
  const { credential } = await enrolments.enrol(side.request(token, site, { host_id: 'box-1' }, signer));
  box = { site, host: 'box-1', key: credential.key, signer };
});
afterAll(async () => {
  await gateway?.close();
  await limits?.close();
  await pool?.end();
  await database?.drop();
});
beforeEach(() => {
  address = `203.0.113.${(addresses += 1)}`;
});

async function outcome(message: Message): Promise<unknown> {
  const headers = [...message.headers, ['X-Forwarded-For', address] as [string, string]];
  const { status, body } = await gateway.call({ ...message, headers });
  return status === 200 ? 200 : [status, body['error_code']];
}
async function outcomes(count: number, make: () => Message): Promise<unknown[]> {
  const all = [];
  for (let n = 0; n < count; n += 1) all.push(await outcome(make()));
  return all;
}
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const limited = [429, 'LIMIT.EXCEEDED'];

describe('a clinic behind one address', () => {
  const stale = () => new Date(Date.now() - 2 * windowSeconds * 1_000);
  const stranger = newSigner();
  it.each<[string, string, () => Message]>([
    ['does not sign', 'AUTH.SIGNATURE_MISSING', () => acknowledgement(box, { signer: null })],
    ['signs with another key', 'AUTH.SIGNATURE_INVALID', () => acknowledgement(box, { signer: stranger })],
    ['has a clock that is off', 'AUTH.SIGNATURE_STALE', () => acknowledgement(box, { at: stale() })],
  ])('is not shut out by a box of its own that %s', async (_what, code, make) => {
    expect(await outcomes(3 * most, make)).toEqual(times(3 * most, [401, code]));
    expect(await outcome(acknowledgement(box))).toBe(200);
    expect(limits.addresses.refusalOf(address)).toBeUndefined();
  });

  it('is not shut out by a box that repeats what it sent', async () => {
    const message = acknowledgement(box);
    expect(await outcome(message)).toBe(200);
    expect(await outcomes(3 * most, () => message)).toEqual(times(3 * most, [401, 'AUTH.REPLAYED']));
    expect(await outcome(poll(box))).toBe(200);
  });

  it.each<[string, string, () => Message]>([
    ['guesses keys', 'AUTH.INVALID_CREDENTIAL', () => poll({ ...box, key: randomBytes(32).toString('base64url') })],
    [
      'guesses keys and signs',
      'AUTH.INVALID_CREDENTIAL',
      () => acknowledgement({ ...box, key: randomBytes(32).toString('base64url') }),
    ],
    ['has no credential', 'AUTH.MISSING_CREDENTIAL', () => ({ ...poll(box, { signer: null }), headers: [] })],
  ])('is shut out, to the request, by who %s, and then the good box as well', async (_what, code, make) => {
    expect(await outcomes(most + 3, make)).toEqual([...times(most, [401, code]), ...times(3, limited)]);
    expect(await outcome(acknowledgement(box))).toEqual(limited);
  });

  it('is shut out after guesses between which a known box fails: these do not count, and clear nothing', async () => {
    const guess = () => poll({ ...box, key: randomBytes(32).toString('base64url') });
    for (let n = 0; n < most; n += 1) {
      expect(await outcome(guess())).toEqual([401, 'AUTH.INVALID_CREDENTIAL']);
      if (n === most - 1) break;
      expect(await outcome(acknowledgement(box, { signer: null }))).toEqual([401, 'AUTH.SIGNATURE_MISSING']);
    }
    expect(await outcome(guess())).toEqual(limited);
  });
});
