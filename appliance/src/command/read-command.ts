import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { severity } from '@countersign/shared/contracts';
import type { ApplianceSettings } from '../client/appliance-settings.ts';
import type { DriftReport, IncidentReport } from '../client/report-incident.ts';

export const usage = `Usage: countersign-appliance <command> [options]

  enrol --token-file FILE                        prove the key of this box, get and keep its credential
  check-in                                       register this box and take the server's keys
  report --type TYPE --severity low|medium|high|critical [--check CHECK] [--details JSON]
  drift --check CHECK [--severity ...] [--pre-state JSON] [--no-drift]
  run [--interval SECONDS] [--once]              check in, poll, and carry out orders until Ctrl-C (simulated)

Settings, as option or environment variable:
  --url URL            COUNTERSIGN_URL           base URL of the gateway
  --token-file FILE    COUNTERSIGN_TOKEN_FILE    enrolment token, for enrol; or itself in COUNTERSIGN_TOKEN
  --key KEY            COUNTERSIGN_KEY           API key of the site, for a box that has not enrolled; better as variable or file
  --key-file FILE      COUNTERSIGN_KEY_FILE      file that holds it
  --site SITE          COUNTERSIGN_SITE
  --host HOST          COUNTERSIGN_HOST          names this box within the site
  --state-dir FOLDER   COUNTERSIGN_STATE_DIR     signing key, nonces, journal, witness; ~/.countersign-appliance/<site>/<host>
  --ledger-key VKEY    COUNTERSIGN_LEDGER_KEY    key of the ledger that this box watches; else the first that the gateway says
  --allow-plain-http                             for a test network

--idempotency-key KEY repeats a report: the answer is the first one. --json prints JSON, one document a line.`;

const options = {
  url: { type: 'string' },
  key: { type: 'string' },
  'key-file': { type: 'string' },
  'token-file': { type: 'string' },
  site: { type: 'string' },
  host: { type: 'string' },
  'state-dir': { type: 'string' },
  'ledger-key': { type: 'string' },
  'allow-plain-http': { type: 'boolean', default: false },
  type: { type: 'string' },
  severity: { type: 'string' },
  check: { type: 'string' },
  details: { type: 'string' },
  'pre-state': { type: 'string' },
  'no-drift': { type: 'boolean', default: false },
  'idempotency-key': { type: 'string' },
  interval: { type: 'string', default: '5' },
  once: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export type Work =
  | { name: 'enrol'; token: string }
  | { name: 'check-in' }
  | { name: 'report'; report: IncidentReport; idempotencyKey: string | undefined }
  | { name: 'drift'; report: DriftReport; idempotencyKey: string | undefined }
  | { name: 'run'; intervalMs: number; once: boolean };

export interface Command {
  work: Work;
  settings: ApplianceSettings;
  json: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Values = ReturnType<typeof parse>['values'];
const parse = (args: string[]) => parseArgs({ args, options, allowPositionals: true });

/**
 * What the command line asks for; undefined: help. Throws an Error that names the first thing that is wrong, without
 * ever repeating a key.
 */
export function readCommand(args: string[], env: Environment): Command | undefined {
  const { values, positionals } = parse(args);
  const [name, ...more] = positionals;
  if (values.help || name === undefined) return undefined;
  if (more.length > 0) throw new Error(`What is "${more.join(' ')}"? See countersign-appliance --help.`);
  return { work: readWork(name, values, env), settings: readSettings(values, env), json: values.json };
}

function readWork(name: string, values: Values, env: Environment): Work {
  const idempotencyKey = values['idempotency-key'];
  switch (name) {
    case 'enrol': {
      const file = values['token-file'] ?? env['COUNTERSIGN_TOKEN_FILE'];
      const token = file === undefined ? env['COUNTERSIGN_TOKEN'] : readSecretFile(file);
      return { name, token: need(token, '--token-file (or COUNTERSIGN_TOKEN)') };
    }
    case 'check-in':
      return { name };
    case 'report': {
      const report: IncidentReport = {
        incident_type: need(values.type, '--type'),
        severity: readSeverity(need(values.severity, '--severity')),
        check_type: values.check,
        details: readObject(values.details, '--details'),
        pre_state: readObject(values['pre-state'], '--pre-state'),
      };
      return { name, report, idempotencyKey };
    }
    case 'drift': {
      const report: DriftReport = {
        check_type: need(values.check, '--check'),
        drifted: !values['no-drift'],
        pre_state: readObject(values['pre-state'], '--pre-state'),
        ...(values.severity === undefined ? {} : { severity: readSeverity(values.severity) }),
      };
      return { name, report, idempotencyKey };
    }
    case 'run': {
      const seconds = Number(values.interval);
      if (!(seconds > 0 && seconds <= 3_600)) throw new Error('--interval is a number of seconds up to 3600.');
      return { name, intervalMs: seconds * 1_000, once: values.once };
    }
    default:
      throw new Error(`There is no command "${name}". See countersign-appliance --help.`);
  }
}

function readSettings(values: Values, env: Environment): ApplianceSettings {
  const setting = (option: string | undefined, variable: string, name: string): string =>
    need(option ?? env[variable], `${name} (or ${variable})`);
  const siteId = setting(values.site, 'COUNTERSIGN_SITE', '--site');
  const hostId = setting(values.host, 'COUNTERSIGN_HOST', '--host');
  const keyFile = values['key-file'] ?? (values.key === undefined ? env['COUNTERSIGN_KEY_FILE'] : undefined);
  const home = join(homedir(), '.countersign-appliance', siteId, hostId);
  return {
    gatewayUrl: setting(values.url, 'COUNTERSIGN_URL', '--url'),
    apiKey: keyFile === undefined ? (values.key ?? env['COUNTERSIGN_KEY']) : readSecretFile(keyFile),
    siteId,
    hostId,
    stateDir: values['state-dir'] ?? env['COUNTERSIGN_STATE_DIR'] ?? home,
    ledgerKey: values['ledger-key'] ?? env['COUNTERSIGN_LEDGER_KEY'],
    allowPlainHttp: values['allow-plain-http'],
  };
}

function need(value: string | undefined, name: string): string {
  if (value === undefined || value === '') throw new Error(`${name} is missing. See countersign-appliance --help.`);
  return value;
}

function readSeverity(text: string): IncidentReport['severity'] {
  const read = severity.safeParse(text);
  if (!read.success) throw new Error('--severity is low, medium, high or critical.');
  return read.data;
}

function readObject(text: string | undefined, name: string): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // said below
  }
  throw new Error(`${name} is a JSON object.`);
}

function readSecretFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new Error(`The file cannot be read: ${path}`, { cause });
  }
}
