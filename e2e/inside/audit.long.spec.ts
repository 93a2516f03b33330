import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack } from '../../tools/stack/index.ts';
import { type ApiKey, createKey, createSiteKey, revokeKey } from '../harness/api-keys.ts';
import { auditOf, requestIdOf, traceIdOf } from '../harness/audit.ts';
import { type Box, enrolBox, newSiteId } from '../harness/box.ts';
import { type Answer, call, type CallOptions, type Json } from '../harness/call.ts';
import { makeEnrolmentToken } from '../harness/enrol.ts';
import { problemOf } from '../harness/expect-answer.ts';
import { openLedger } from '../harness/ledger.ts';
import type { ProvidedSystem } from '../harness/provided-system.ts';
import { refusalCases, type Send } from '../harness/refusal-cases.ts';
import { systemOf } from '../harness/system-of-stack.ts';
import { until } from '../harness/until.ts';
import { walkIncident } from '../harness/walk-incident.ts';
import { walkLog } from '../independent/index.ts';

const wide = { limit: 1_000_000, window_seconds: 60 };
let stack: Stack;
let system: ProvidedSystem;
let base: string;
let audit: ReturnType<typeof auditOf>;
/** Two sites, with a key each. */
let own: { box: Box; key: ApiKey };
let foreign: { box: Box; key: ApiKey; bundleId: string; orderId: string };
let addresses = 0;

async function settle() {
  const siteId = newSiteId();
  const key = await createSiteKey(system, siteId);
  return { box: await enrolBox(system, { siteId, key: key.key }), key };
}

beforeAll(async () => {
  stack = await startStack({
    env: {
      LIMITS: JSON.stringify({ 'failed-requests': wide, reads: wide, 'ledger-reads': wide }),
      TRUST_PROXY_HOPS: '1',
      AUDIT_WINDOW_SECONDS: '1',
    },
  });
  system = systemOf(stack);
  base = system.gatewayUrls[0]!;
  audit = auditOf(system);
  own = await settle();
  const other = await settle();
  const walked = await walkIncident(other.box);
  foreign = { ...other, bundleId: walked.evidence.bundle_id, orderId: walked.orderId };
}, 180_000);
afterAll(() => stack?.stop());

/** Each caller has an address of his own, behind our one proxy. */
function from(path: string, { headers, ...rest }: CallOptions = {}, address = `198.51.100.${(addresses += 1)}`) {
  return call(base + path, { headers: { 'x-forwarded-for': address, ...headers }, ...rest });
}

/** The event that says that this answer was a refusal. */
async function refusalOf(answer: Answer): Promise<Json> {
  const [status, error_code] = problemOf(answer);
  const entry = await audit.find(`the ${error_code}`, { type: 'gateway.request-refused.v1', error_code }, (data) =>
    data.request_ids.includes(requestIdOf(answer)),
  );
  expect(entry.event.data).toMatchObject({ status, error_code });
  return entry;
}

describe('a refusal is in the audit, with who, which request and which trace', () => {
  const ofBox: Send = (path, options = {}) => from(path, { key: own.key.key, ...options });
  const cases = refusalCases(
    () => ({ own: own.box, foreign: { siteId: foreign.box.siteId, ...foreign } }),
    from,
    ofBox,
  );

  it.each(cases)('%s: %s', async (_what, code, isKnown, send) => {
    const answer = await send();
    expect(problemOf(answer)[1]).toBe(code);
    const { event, ...entry } = await refusalOf(answer);
    expect(entry.trace_id).toBe(traceIdOf(answer));
    expect(event.data.principal_id).toBe(isKnown ? own.key.principal_id : null);
    expect(entry.site_id).toBe(isKnown ? own.box.siteId : '-');
    expect(event.data.address).toBe('198.51.100.0/24');
  });

  it('and nothing of it is in the audit of the site that was probed, though the probe named it', async () => {
    const answer = await ofBox(`/evidence/${foreign.box.siteId}`);
    const { event } = await refusalOf(answer);
    expect(event.data).toMatchObject({ site_asked: foreign.box.siteId, route: 'listEvidence' });
    const auditor = await createKey(system, 'auditor', foreign.box.siteId);
    const seen = await auditOf(system, auditor.key).read({ limit: 200 });
    expect(seen.length).toBeGreaterThan(5);
    expect(new Set(seen.map(({ site_id }) => site_id))).toEqual(new Set([foreign.box.siteId]));
    expect(JSON.stringify(seen)).not.toContain(own.key.principal_id);
    for (const query of [`site_id=${own.box.siteId}`, 'site_id=-'])
      expect(problemOf(await from(`/audit?${query}`, { key: auditor.key }))).toEqual([403, 'AUTH.SITE_FORBIDDEN']);
  });

  it('under the principal of the credential, whatever the headers say', async () => {
    const forged = { 'x-principal-id': stack.info.admin_key, 'x-user': 'root', 'x-client-id': foreign.box.siteId };
    const answer = await ofBox('/limits', { headers: { ...forged, forwarded: 'for=6.6.6.6' } });
    const { event } = await refusalOf(answer);
    expect(event.data.principal_id).toBe(own.key.principal_id);
    expect(JSON.stringify(event)).not.toMatch(/root|6\.6\.6/);
    const stranger = await refusalOf(await from('/limits', { headers: forged }));
    expect(stranger.event.data.principal_id).toBeNull();
  });

  it('and can be proved: its leaf is the entry of the log at its index', async () => {
    const { leaf_index, leaf } = await refusalOf(await ofBox('/limits', { headers: { 'x-proved': '1' } }));
    const { url, headers, key } = await openLedger(system);
    const walked = await until('a checkpoint covers it', async () => {
      const log = await walkLog(url, headers, key);
      return log.size > leaf_index ? log : undefined;
    });
    expect(Buffer.from(walked.entries[leaf_index]!).toString()).toBe(leaf);
  });
});

describe('an act of an administrator is in the audit', () => {
  it.each<[what: string, type: string, act: () => Promise<unknown>]>([
    ['a new principal', 'gateway.principal-created.v1', async () => (await createKey(system, 'auditor')).principal_id],
    [
      'a revoked key',
      'gateway.principal-revoked.v1',
      async () => {
        const made = await createKey(system, 'auditor');
        await revokeKey(system, made.id);
        return made.principal_id;
      },
    ],
    [
      'an enrolment token',
      'gateway.enrolment-token-created.v1',
      async () => (await makeEnrolmentToken(system, own.box.siteId)).body.token_id,
    ],
    [
      'a policy',
      'gateway.site-policy-changed.v1',
      async () => {
        const path = `/sites/${own.box.siteId}/policy`;
        const body = { enrolment: 'optional' };
        const { status } = await from(path, { method: 'PUT', key: stack.info.admin_key, body });
        expect(status).toBe(200);
        return own.box.siteId;
      },
    ],
    [
      'a legal hold',
      'evidence.legal-hold-changed.v1',
      async () => {
        const path = `/evidence/${foreign.box.siteId}/${foreign.bundleId}/legal-hold`;
        const { status, text } = await from(path, {
          key: stack.info.admin_key,
          body: { hold: true, reason: 'a lawsuit' },
        });
        expect(status, text).toBe(200);
        return foreign.bundleId;
      },
    ],
  ])('%s: %s', async (what, type, act) => {
    const name = await act();
    const { event } = await audit.find(what, { type }, (data) => Object.values(data).includes(name));
    expect(event.type).toBe(type);
  });
});

describe('a read of evidence is in the audit of the site whose evidence it was', () => {
  const from_to = 'from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z';
  const reads: [route: string, pathOf: () => string, itemOf: () => string | null][] = [
    ['listEvidence', () => `/evidence/${foreign.box.siteId}`, () => null],
    ['describeEvidence', () => `/evidence/${foreign.box.siteId}/${foreign.bundleId}`, () => foreign.bundleId],
    ['proveEvidence', () => `/evidence/${foreign.box.siteId}/${foreign.bundleId}/proof`, () => foreign.bundleId],
    ['proveOrder', () => `/orders/${foreign.box.siteId}/${foreign.orderId}/proof`, () => foreign.orderId],
    [
      'exportKit',
      () => `/evidence/${foreign.box.siteId}/kit?${from_to}`,
      () => '2026-01-01T00:00:00Z..2027-01-01T00:00:00Z',
    ],
    ['readAudit', () => `/audit?site_id=${foreign.box.siteId}`, () => null],
    ['readEntries', () => '/ledger/entries/000.p/1', () => '000.p/1'],
  ];

  it.each(reads)('%s', async (route, pathOf, itemOf) => {
    const reader = await createKey(system, 'auditor');
    const answer = await until('it can be read', async () => {
      const one = await from(pathOf(), { key: reader.key });
      return one.status === 200 ? one : undefined;
    });
    const filter = { type: 'gateway.evidence-read.v1', principal_id: reader.principal_id, route };
    const { event, ...entry } = await audit.find(`the ${route}`, filter);
    expect(event.data).toMatchObject({ principal_kind: 'auditor', item: itemOf(), request_ids: [requestIdOf(answer)] });
    expect(entry.trace_id).toBe(traceIdOf(answer));
    expect(entry.site_id).toBe(route === 'readEntries' ? '-' : foreign.box.siteId);
  });

  it('an appliance that looks all the time is one event at its first look and one a window', async () => {
    for (let n = 0; n < 50; n += 1) await own.box.send(`/evidence/${own.box.siteId}`);
    const filter = { type: 'gateway.evidence-read.v1', principal_id: own.key.principal_id, route: 'listEvidence' };
    const all = await until('all are counted', async () => {
      const found = await audit.read(filter);
      return found.reduce((sum, { event }) => sum + event.data.count, 0) === 50 ? found : undefined;
    });
    expect(all.length).toBeLessThanOrEqual(4);
  });

  it('what administrators read is told as well', async () => {
    const admin = await createKey(system, 'administrator');
    expect((await from('/limits', { key: admin.key })).status).toBe(200);
    const filter = { type: 'gateway.administration-read.v1', principal_id: admin.principal_id };
    expect((await audit.find('the look at the limits', filter)).event.data.route).toBe('readLimits');
  });
});

describe('a flood of refusals', () => {
  it('of five thousand requests makes few events, and none of them is missing in the count', async () => {
    const size = async () => (await (await openLedger(system)).head()).size;
    const since = new Date().toISOString();
    const before = await size();
    const waves = Array.from({ length: 50 }, (_, wave) => wave);
    for (const wave of waves) {
      const sent = Array.from({ length: 100 }, (_, n) =>
        from(
          `/evidence/${newSiteId()}`,
          { key: randomBytes(32).toString('hex') },
          `203.0.113.${(wave * 100 + n) % 250}`,
        ),
      );
      for (const { status } of await Promise.all(sent)) expect(status).toBe(401);
    }
    const filter = {
      type: 'gateway.request-refused.v1',
      error_code: 'AUTH.INVALID_CREDENTIAL',
      from: since,
      limit: 200,
    };
    const events = await until(
      'all are counted',
      async () => {
        const found = await audit.read(filter);
        return found.reduce((sum, { event }) => sum + event.data.count, 0) >= 5_000 ? found : undefined;
      },
      90_000,
    );
    expect(events.reduce((sum, { event }) => sum + event.data.count, 0)).toBe(5_000);
    expect(events.length).toBeLessThan(200);
    expect((await size()) - before).toBeLessThan(400);
  }, 180_000);
});
