import { parseArgs } from 'node:util';

export const usage = `Usage: npm run demo -- [options]

  --appliances N   boxes, one per site (20)
  --incidents N    incidents and drifts together (200); a site may report 10 of each in 5 minutes
  --seed N         the same seed gives the same mix (a new one each time)
  --json           one JSON document instead of the table
  --url URL --key KEY   another system than this clone's; the key is an administrator's
  --otlp URL       its trace sink, for the waterfall`;

export interface DemoOptions {
  appliances: number;
  incidents: number;
  seed: number;
  json: boolean;
  url: string | undefined;
  key: string | undefined;
  otlp: string | undefined;
}

/** What a site may report in a window, by default, of incidents and of drifts. */
export const reportsPerAction = 10;

/** Reads the command line; undefined: help. Throws an Error that says what is wrong. */
export function readDemoOptions(args: string[], random: () => number = Math.random): DemoOptions | undefined {
  const { values } = parseArgs({
    args,
    options: {
      appliances: { type: 'string', default: '20' },
      incidents: { type: 'string', default: '200' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      url: { type: 'string' },
      key: { type: 'string' },
      otlp: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const appliances = readCount(values.appliances, '--appliances', 500);
  const incidents = readCount(values.incidents, '--incidents', appliances * reportsPerAction * 2);
  const seed = values.seed === undefined ? Math.floor(random() * 1e6) : readCount(values.seed, '--seed', 2 ** 31);
  if ((values.url === undefined) !== (values.key === undefined)) throw new Error('--url and --key go together.');
  return { appliances, incidents, seed, json: values.json, url: values.url, key: values.key, otlp: values.otlp };
}

function readCount(text: string, name: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  const why = name === '--incidents' ? ': each site may report 10 incidents and 10 drifts in 5 minutes' : '';
  throw new Error(`${name} lies from 1 to ${most}${why}.`);
}
