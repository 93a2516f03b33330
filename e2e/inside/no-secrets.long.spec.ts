import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack, type StackInfo } from '../../tools/stack/index.ts';
import { abuseGateway } from '../harness/abuse-gateway.ts';
import { createKey, createSiteKey, createToken, revokeKey } from '../harness/api-keys.ts';
import { type Box, enrolBox, newSiteId } from '../harness/box.ts';
import { call, type Json } from '../harness/call.ts';
import { captureTraces } from '../harness/capture-traces.ts';
import { openDatabase } from '../harness/database.ts';
import { enrolNewBox } from '../harness/enrol.ts';
import { poisonBroker } from '../harness/poison-broker.ts';
import type { ProvidedSystem } from '../harness/provided-system.ts';
import { systemOf } from '../harness/system-of-stack.ts';
import { until } from '../harness/until.ts';

/** A word that stands nowhere by itself, and looks the same in a URL, in JSON and in a log. */
const plant = (what: string): string => `${what}${randomBytes(12).toString('hex')}`;

/** Said by callers where it does not belong, or is nobody's business but the caller's. */
const planted: Record<string, string> = {
  'password in a URL': plant('Pw'),
  'key in a query': plant('Query'),
  'key in a path': plant('Path'),
  'key in a header of our own': plant('Header'),
  cookie: plant('Cookie'),
  'password of Basic': plant('Basic'),
  'secret of tokens': randomBytes(32).toString('hex'),
  'value of a refused field': plant('Field'),
  'name of a refused field': plant('Name'),
  garbage: plant('Garbage'),
  'poison on the broker': plant('Poison'),
};
/** Of patients, in what appliances report. */
const patients = {
  evidence: plant('PatientEvidence'),
  refusedEvidence: plant('PatientRefused'),
  incident: plant('PatientIncident'),
  refusedIncident: plant('PatientInvalid'),
  upload: plant('PatientUpload'),
};

let stateDir: string;
let stack: Stack;
let info: StackInfo;
let system: ProvidedSystem;
let traces: Awaited<ReturnType<typeof captureTraces>>;
let ledger: string;
let causes: string;
let deadLetters: number;

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'countersign-secrets-'));
  traces = await captureTraces();
  stack = await startStack({
    stateDir,
    env: {
      LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: traces.url,
      JWT_SECRET: planted['secret of tokens']!,
      LEDGER_INTERVAL_MS: '200',
    },
  });
  info = stack.info;
  system = systemOf(stack);
  planted['key of the administrator'] = info.admin_key;
  planted['key of the first appliance'] = stack.applianceKey;
  await useIt();
  await abuseGateway(system.gatewayUrls[0]!, info.admin_key, good, planted, patients);
  await poisonBroker(info, good.siteId, planted['poison on the broker']!);
  await whileItIsDown();
  const database = openDatabase(stack.info.database_urls.admin!);
  ledger = JSON.stringify(await database.rows('select leaf, data from evidence.ledger_leaves'));
  const found = await database.rows<{ cause: string }>(
    ['gateway', 'runbooks', 'orders', 'evidence']
      .map((schema) => `select error_code || ' ' || cause as cause from ${schema}.dead_letters`)
      .join(' union all '),
  );
  deadLetters = found.length;
  causes = JSON.stringify(found);
  await database.close();
  // A stop flushes logs and traces.
  await stack.stop();
}, 300_000);
afterAll(async () => {
  await stack?.stop();
  await traces?.close();
  if (stateDir !== undefined) rmSync(stateDir, { recursive: true, force: true });
});

const to = (path: string) => `${system.gatewayUrls[0]}${path}`;
const state = (patient: string): Json => ({ record: { patient, bed: 7 } });
let good: Box;

/** What happens every day. */
async function useIt(): Promise<void> {
  const site = await createSiteKey(system, newSiteId());
  const auditor = await createKey(system, 'auditor');
  const revoked = await createKey(system, 'operator');
  const token = await createToken(system, auditor.principal_id);
  await revokeKey(system, revoked.id);
  const enrolled = await enrolNewBox(system, newSiteId());
  Object.assign(planted, {
    'key of a site': site.key,
    'key of an auditor': auditor.key,
    'key that was revoked': revoked.key,
    'token of an auditor': token,
    'enrolment token': enrolled.token,
    'credential of an enrolled box': enrolled.key,
  });
  good = await enrolBox(system);
  await good.incident({ details: state(patients.incident), pre_state: state(patients.incident) });
  const bundle = good.bundle({ pre_state: state(patients.evidence), error: `no backup of ${patients.evidence}` });
  expect((await good.send('/evidence', { body: good.sign(bundle) })).status).toBe(200);
  await good.sealed(bundle.bundle_id);
  const form = new FormData();
  const file = good.bundle({ note: patients.upload });
  form.set('bundle', new Blob([JSON.stringify(file)]), `${patients.upload}.json`);
  await call(to('/evidence/upload'), { key: info.admin_key, body: form, headers: { 'x-client-id': good.siteId } });
  for (const key of [auditor.key, token, revoked.key]) {
    await call(to(`/evidence/${good.siteId}`), { key });
    await call(to(`/audit?limit=200`), { key });
    await call(to('/limits'), { key });
  }
}

async function whileItIsDown(): Promise<void> {
  await stack.stopPostgres();
  await Promise.allSettled([
    good.incident({ details: state(patients.incident) }),
    good.send('/evidence', { body: good.sign(good.bundle({ pre_state: state(patients.evidence) })) }),
    call(to('/runbooks'), { key: `${planted['garbage']}` }),
  ]);
  await stack.startPostgres();
  await until('it is back', async () => (await call(to('/health'))).status === 200, 60_000);
  await until('reports are taken', async () => (await good.drift()).status === 200, 60_000);
}

/** Every file below a folder, as text. */
const filesIn = (folder: string): [string, string][] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'latin1')]);

/** What was made for this installation: passwords of roles, seeds of keys, users of the broker. */
function madeSecrets(): [string, string][] {
  const files = filesIn(join(stateDir, 'secrets')).flatMap(([file, text]) =>
    text.split('\n').map((line, at): [string, string] => [`${file}:${at + 1}`, line.trim()]),
  );
  const seeds = Object.entries(info.nats_seeds!).map(([user, seed]): [string, string] => [`seed of ${user}`, seed]);
  return [...files, ...seeds].filter(([, text]) => text.length >= 16 && !text.startsWith('-----'));
}

/** Names of the secrets that stand in a text, with what stands around each. */
function foundIn(text: string, secrets: [string, string][]): string[] {
  return secrets.flatMap(([name, secret]) => {
    const at = text.toLowerCase().indexOf(secret.toLowerCase());
    return at === -1 ? [] : [`${name}: ${text.slice(Math.max(0, at - 200), at + secret.length + 50)}`];
  });
}

const everything = (): [string, string][] => [
  ...Object.entries(planted),
  ...Object.entries(patients),
  ...madeSecrets(),
];

describe('a run of every kind, with every log and trace that there is', () => {
  it('has logged and traced what happened at all', () => {
    const logs = filesIn(join(stateDir, 'logs'));
    expect(logs.map(([name]) => name)).toEqual(expect.arrayContaining(['countersign.log', 'postgres.log', 'nats.log']));
    const log = logs.find(([name]) => name === 'countersign.log')![1];
    for (const service of ['gateway', 'runbooks', 'orders', 'evidence'])
      expect(log).toContain(`"service":"${service}"`);
    expect(log).toContain('"level":"debug"');
    expect(traces.text()).toContain('POST /incidents');
    expect(deadLetters).toBeGreaterThanOrEqual(4);
    expect(everything().length).toBeGreaterThan(30);
  });

  it('finds what it looks for', () => {
    const [secret] = everything();
    expect(foundIn(`a log with ${secret![1].toUpperCase()} in it`, everything())).toHaveLength(1);
    expect(foundIn(ledger, Object.entries({ incident: patients.incident }))).toHaveLength(1);
  });

  it('wrote no secret and no name of a patient into a log file', () => {
    for (const [name, text] of filesIn(join(stateDir, 'logs')))
      expect([name, foundIn(text, everything())]).toEqual([name, []]);
  });

  it('nor into a span', () => {
    expect(foundIn(traces.text(), everything())).toEqual([]);
  });

  it('nor into the cause of a dead letter', () => {
    expect(foundIn(causes, everything())).toEqual([]);
  });

  it('nor into the ledger, but for the details of incidents, which are what happened', () => {
    const { incident: _details, ...others } = patients;
    const secrets = [...Object.entries(planted), ...Object.entries(others), ...madeSecrets()];
    // What was published by force under the gateway's own key is an event of the gateway.
    expect(
      foundIn(
        ledger,
        secrets.filter(([name]) => name !== 'poison on the broker'),
      ),
    ).toEqual([]);
  });
});
