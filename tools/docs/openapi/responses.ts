import {
  errorCatalog,
  type ErrorCode,
  limitOfRoute,
  type RouteContract,
  type RouteName,
} from '@countersign/shared/contracts';
import { statusOfKind } from '../errors/status-of-kind.ts';
import type { Json } from '../json.ts';
import { nameOfSchema } from '../describe-schema.ts';
import { examples } from './examples.ts';
import { problemExample } from './problem-example.ts';

const header = (description: string, schema: Json): Json => ({ description, schema });
const integer: Json = { type: 'integer' };

/** Headers of answers, by the name under which answers refer to them. */
export const sharedHeaders: Record<string, Json> = {
  'x-request-id': header('The name of the request: yours, or one that was made.', { type: 'string' }),
  traceparent: header('W3C Trace Context of the span of the request.', { type: 'string' }),
  ETag: header('Of the list of orders; send it as `If-None-Match`.', { type: 'string' }),
  'Content-Disposition': header('The name of the file.', { type: 'string' }),
  'RateLimit-Limit': header('Requests of this kind that the site, or the principal, may make per window.', integer),
  'RateLimit-Remaining': header('How many of them are left now.', integer),
  'RateLimit-Reset': header('Seconds until the oldest request stops counting.', integer),
  'Retry-After': header('Seconds after which a repeat makes sense.', integer),
  'WWW-Authenticate': header('RFC 6750: `error` says what is wrong with the credential, `scope` what it lacks.', {
    type: 'string',
  }),
};

const always = ['x-request-id', 'traceparent'];
const limits = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'];

export const headersOf = (...names: string[]): Json =>
  Object.fromEntries([...always, ...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** The answers of a route: its 200, and one per status that its error codes have. */
export function responsesOf(name: RouteName, route: RouteContract, codes: readonly ErrorCode[]): Record<string, Json> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const status = statusOfKind[errorCatalog[code].kind]!;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const failures = [...byStatus].map(([status, those]) => [String(status), failureOf(status, those, route)] as const);
  return {
    '200': successOf(name, route),
    ...(name === 'pollOrders' && {
      '304': { description: 'Nothing is new since the answer with this `ETag`.', headers: headersOf('ETag') },
    }),
    ...(name === 'health' && {
      '503': { ...successOf(name, route), description: 'A dependency is missing: `status` is `degraded`.' },
    }),
    ...Object.fromEntries(failures.toSorted(([a], [b]) => Number(a) - Number(b))),
  };
}

/** Of a limit that is leased it is not told what is left. */
const isCounted = (route: RouteContract): boolean =>
  route.scope !== null && limitOfRoute(route) !== 'appliance-requests';

function successOf(name: RouteName, route: RouteContract): Json {
  const extra = [
    ...(name === 'pollOrders' ? ['ETag'] : []),
    ...(name === 'exportKit' ? ['Content-Disposition'] : []),
    ...(route.limited || isCounted(route) ? limits : []),
  ];
  return {
    description: 'Done.',
    headers: headersOf(...extra),
    content: { ...jsonOf(name, route), ...mediaOf(name, route) },
  };
}

function jsonOf(name: RouteName, route: RouteContract): Json {
  const refs = route.responses.map((schema) => ({ $ref: `#/components/schemas/${nameOfSchema(schema)}` }));
  if (refs.length === 0) return {};
  const schema = refs.length === 1 ? refs[0] : { oneOf: refs };
  return { 'application/json': { schema, examples: named(examples[name].responses) } };
}

/** Bytes have no schema in OpenAPI 3.1. */
function mediaOf(name: RouteName, { produces }: RouteContract): Json {
  if (produces === undefined) return {};
  if (!produces.startsWith('text/')) return { [produces]: {} };
  return { [produces]: { schema: { type: 'string' }, example: examples[name].text } };
}

function failureOf(status: number, codes: readonly ErrorCode[], route: RouteContract): Json {
  const extra = [
    ...(status === 401 || codes.includes('AUTH.SCOPE_MISSING') ? ['WWW-Authenticate'] : []),
    ...(status === 429 || status === 503 ? ['Retry-After'] : []),
    ...(route.limited && (status === 429 || status === 409) ? limits : []),
  ];
  const schema = {
    allOf: [
      { $ref: '#/components/schemas/Problem' },
      { type: 'object', properties: { error_code: { enum: codes }, status: { const: status } } },
    ],
  };
  return {
    description: codes.map((code) => `\`${code}\`: ${errorCatalog[code].meaning}`).join('\n\n'),
    headers: headersOf(...extra),
    content: { 'application/problem+json': { schema, example: problemExample(codes[0]!, status, route.path) } },
  };
}

export const named = (values: Record<string, unknown>): Json =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
