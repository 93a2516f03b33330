import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nodeEd25519 } from '@countersign/shared/crypto';
import { startStack, wideLimits } from '../stack/index.ts';
import { createRowCounter, type RowCounter } from './count-rows.ts';
import { enrolFleet, type EnrolledAppliance } from './enrol-fleet.ts';
import { findWrk } from './find-wrk.ts';
import { readCpu } from './measure-cpu.ts';
import { describeMachine, type Measured, printReport, type Report } from './print-report.ts';
import { type LoadOptions, runWrk } from './run-wrk.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import { setUpFleet } from './set-up-fleet.ts';
import { signBundles } from './sign-bundles.ts';
import { writeReports } from './write-reports.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    warmup: { type: 'string', default: '6' },
    connections: { type: 'string', default: '32' },
    sites: { type: 'string', default: '1000' },
    only: { type: 'string', multiple: true },
    sampling: { type: 'string', default: '0.05' },
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [seconds, warmup, connections, sites] = [values.seconds, values.warmup, values.connections, values.sites].map(
  Number,
) as [number, number, number, number];
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const wrkFolder = fileURLToPath(new URL('./wrk', import.meta.url));

const isSecret = (name: string): boolean => name.endsWith('_KEY');

/** `S3_ENDPOINT` and its like measure with that vault instead of a directory. */
function pickS3(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('S3_'))) as Record<
    string,
    string
  >;
}

/** Limits are raised, but still checked; authentication is on; 5 % of the traces are recorded and exported. */
const settings = {
  ...pickS3(process.env),
  ...wideLimits,
  RATE_LIMIT_REQUESTS: '100000',
  OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
  OTEL_TRACES_SAMPLER_ARG: values.sampling,
  LOG_LEVEL: 'warn',
  ...(values.profile && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${resolve(values.profile)}` }),
};

const work = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
const wrk = findWrk();
say('starting the stack');
const stack = await startStack({ env: settings });
let counter: RowCounter | undefined;
try {
  const { gateway_url: url, admin_key: key, pids, database_urls } = stack.info;
  const rows = createRowCounter(database_urls.admin!);
  counter = rows;
  say(`checking in ${sites} appliances`);
  await setUpFleet(url, key, sites);
  const chosen = scenarios.filter(({ name }) => !values.only || values.only.includes(name));
  const isSigned = chosen.some(({ name }) => name === 'incident-signed');
  if (isSigned) say(`enrolling ${sites} appliances`);
  const fleet = isSigned ? await enrolFleet(url, key, sites) : [];
  const report: Report = {
    date: new Date().toISOString(),
    machine: describeMachine(),
    signature_us: timeSignature(),
    connections,
    seconds,
    settings: Object.fromEntries(Object.entries(settings).filter(([name]) => !isSecret(name))),
    results: [],
    sealed_per_second: 0,
    rows: await rows.count(),
    faults: [],
  };
  const { stack: _, ...measuredPids } = pids;
  for (const scenario of chosen) {
    report.results.push(await measure(scenario, { url, key, fleet, rows, pids: measuredPids, report }));
  }
  await checkRows(report, rows);
  process.stdout.write(`${values.json ? JSON.stringify(report, null, 2) : printReport(report)}\n`);
  process.exitCode = report.faults.length === 0 ? 0 : 1;
} finally {
  await counter?.close();
  await stack.stop();
  rmSync(work, { recursive: true, force: true });
}

interface MeasureContext {
  url: string;
  key: string;
  /** Appliances that sign their requests. */
  fleet: readonly EnrolledAppliance[];
  rows: RowCounter;
  pids: Record<string, number>;
  report: Report;
}

async function measure(scenario: Scenario, { url, key, fleet, rows, pids, report }: MeasureContext): Promise<Measured> {
  const isEvidence = scenario.name === 'evidence';
  const isSigned = scenario.name === 'incident-signed';
  const load = async (run: string, duration: number) => {
    const args = [key, String(sites), run];
    const file = join(work, `${run}.txt`);
    if (isEvidence) await signBundles({ file, count: duration * 4_000, sites, run });
    if (isSigned) await writeReports({ file, count: duration * 4_000, fleet, run, isSigned });
    if (isEvidence || isSigned) args.splice(1, 2, file);
    const options: LoadOptions = {
      wrk,
      script: join(wrkFolder, scenario.script),
      url,
      connections,
      seconds: duration,
      args,
    };
    return { options, run: () => runWrk(options) };
  };
  say(`${scenario.name}: warming up ${warmup} s, then measuring ${seconds} s`);
  const cold = await load(`${scenario.name}-w`, warmup);
  await cold.run();
  await rows.settle(
    (now) => now.sealed === now.bundles && now.orders === now.decisions && now.decisions === now.incidents,
  );
  const hot = await load(`${scenario.name}-m`, seconds);
  const before = await rows.count();
  const cpuBefore = readCpu(pids);
  const startedAt = performance.now();
  const result = await hot.run();
  const cpuAfter = readCpu(pids);
  if (isEvidence) {
    const after = await rows.settle((now) => now.sealed === now.bundles);
    report.sealed_per_second = ((after.sealed - before.sealed) * 1_000) / (performance.now() - startedAt);
  }
  const each = (microseconds: number) => microseconds / Math.max(1, result.requests);
  const cpu = Object.fromEntries(Object.keys(pids).map((name) => [name, each(cpuAfter[name]! - cpuBefore[name]!)]));
  say(
    `${scenario.name}: ${result.perSecond.toFixed(0)} requests/s, p99 ${result.p99} ms${result.bad > 0 ? `, ${result.bad} BAD` : ''}`,
  );
  return { scenario, ...result, cpu: { ...cpu, wrk: each(result.cpu) } };
}

/** The answers were looked at one by one; now the tables must agree with each other. */
async function checkRows(report: Report, rows: RowCounter): Promise<void> {
  const now = await rows.settle(
    (one) => one.sealed === one.bundles && one.orders === one.decisions && one.decisions === one.incidents,
  );
  report.rows = now;
  for (const { scenario, bad, sample } of report.results) {
    if (bad > 0) report.faults.push(`${scenario.name}: ${bad} answers were not as they should be, e.g. ${sample}`);
  }
  if (now.incidents !== now.decisions || now.decisions !== now.orders)
    report.faults.push('incidents, decisions and orders differ');
  if (now.bundles !== now.sealed) report.faults.push('not every bundle was sealed');
}

function timeSignature(): number {
  const signer = nodeEd25519.createSigner('ab'.repeat(32));
  const once = () => signer.sign('x'.repeat(600));
  for (let n = 0; n < 2_000; n += 1) once();
  const started = performance.now();
  for (let n = 0; n < 5_000; n += 1) once();
  return ((performance.now() - started) * 1_000) / 5_000;
}
