import { parseArgs } from 'node:util';

export const usage = `Usage: npm run kit -- --site S --from TIME --to TIME [options]

Downloads the auditor's kit of a site from the running system, and verifies it.

  --site S            the site
  --from, --to        server time, from inclusive, to exclusive: 2026-11-01 (UTC) or 2026-11-01T08:00:00+01:00
  --head N            size of the checkpoint that all proofs lead to (the newest)
  --out FILE          where to write the ZIP (kit-<site>-<from>-<to>.zip)
  --ledger-key KEY    the ledger's key as you know it; without it the one that the system publishes now
  --verify            print the whole verdict instead of its summary
  --json              print the verdict as JSON
  --url URL --key KEY another system than this clone's, with an operator's or auditor's key

Ends with 0 when the kit holds, 1 when it does not, 2 when there is none.`;

export interface KitOptions {
  site: string;
  /** RFC 3339. */
  from: string;
  to: string;
  head: number | undefined;
  out: string;
  ledgerKey: string | undefined;
  verify: boolean;
  json: boolean;
  url: string | undefined;
  key: string | undefined;
}

/** Reads the command line; undefined: help. Throws an Error that says what is wrong. */
export function readKitOptions(args: string[]): KitOptions | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args,
    options: {
      site: text,
      from: text,
      to: text,
      head: text,
      out: text,
      'ledger-key': text,
      verify: flag,
      json: flag,
      url: text,
      key: text,
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const { site, verify, json, url, key } = values;
  if (site === undefined) throw new Error(`--site is missing.\n\n${usage}`);
  const [from, to] = [readTime('--from', values.from), readTime('--to', values.to)];
  if (Date.parse(from) >= Date.parse(to)) throw new Error('--to lies after --from.');
  if ((url === undefined) !== (key === undefined)) throw new Error('--url and --key go together.');
  const head = values.head === undefined ? undefined : Number(values.head);
  if (head !== undefined && !(Number.isSafeInteger(head) && head > 0)) throw new Error('--head is a number of leaves.');
  const name = site.replaceAll(/[^A-Za-z0-9._-]/g, '_');
  const out = values.out ?? `kit-${name}-${from.slice(0, 10)}-${to.slice(0, 10)}.zip`;
  return { site, from, to, head, out, ledgerKey: values['ledger-key'], verify, json, url, key };
}

function readTime(name: string, text: string | undefined): string {
  if (text === undefined) throw new Error(`${name} is missing.\n\n${usage}`);
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
  // A time without a zone would be another one on another machine.
  if (!/(?:Z|[+-]\d\d:\d\d)$/i.test(time) || Number.isNaN(Date.parse(time)))
    throw new Error(`${name} is a day (2026-11-01) or a time with its zone (2026-11-01T08:00:00+01:00).`);
  return time;
}
