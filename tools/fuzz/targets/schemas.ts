import { eventCatalog, requestCatalog, type RouteContract, routeCatalog } from '@countersign/shared/contracts';
import { parseStrictJson } from '@countersign/shared/json';
import { demand } from '../engine/refusal.ts';
import { readerTarget } from '../engine/reader.ts';
import { jsonTokens } from './json-tokens.ts';

const routes = Object.entries(routeCatalog) as [string, RouteContract][];
/** Every shape that is declared for what comes in, so that a new one is tried as well. */
const shapes = [
  ...routes.flatMap(([name, { body, query }]) => [[`${name} body`, body] as const, [`${name} query`, query] as const]),
  ...Object.entries(requestCatalog).map(([name, { request }]) => [name, request] as const),
  ...Object.entries(eventCatalog).map(([name, { schema }]) => [name, schema] as const),
].flatMap(([name, schema]) => (schema === undefined ? [] : [{ name, schema }]));

const words = routes.flatMap(([, { body }]) => Object.keys((body as { shape?: object } | undefined)?.shape ?? {}));
const values = [
  '"2026-11-21T09:30:00.000Z"',
  '"0000-01-01T00:00:00Z"',
  '"9999-12-31T23:59:59.999+23:59"',
  '"clinic-7"',
  `"${'0'.repeat(64)}"`,
  '"high"',
  '"0123456789abcdef"',
  '"01933a5e-7c1f-7d1a-8a56-0c5b6f2f7a10"',
  '"1e3"',
  '" 7 "',
  '"0x10"',
];

/** One JSON value, held against every declared shape: none may throw, none may be slow, and what is taken can be stored. */
export const schemas = readerTarget({
  name: 'schemas',
  summary: 'every declared shape of a body, query, question and event',
  share: 2,
  dictionary: [...jsonTokens, ...values, ...new Set(words.map((word) => `"${word}":`))],
  seeds: () => [
    '{"site_id":"clinic-7","host_id":"box-1","incident_type":"backup_failed","severity":"high","check_type":"firewall","drifted":true,"details":{}}',
    '{"bundle_id":"b-1","site_id":"clinic-7","host_id":"box-1","check_type":"backup","outcome":"success","timestamp_start":"2026-11-21T09:31:00+00:00","timestamp_end":"2026-11-21T09:31:40Z"}',
    '{"from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z","head":"7","limit":"50","offset":"0","after":"0123456789abcdef"}',
    '{"hold":true,"reason":"litigation","retain_until":"2040-01-01T00:00:00Z","order_id":"0123456789abcdef"}',
  ],
  read(input) {
    let value: unknown;
    try {
      value = parseStrictJson(input);
    } catch {
      return 'no JSON';
    }
    const taken = shapes.filter(({ schema }) => {
      const result = schema.safeParse(value);
      if (result.success)
        demand(!JSON.stringify(result.data ?? null).includes('\\u0000'), 'A text that PostgreSQL cannot hold.');
      return result.success;
    });
    return taken.map(({ name }) => name).join(' ');
  },
});
