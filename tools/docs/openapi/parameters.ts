import { type RouteContract, type RouteName } from '@countersign/shared/contracts';
import { describeSchema } from '../describe-schema.ts';
import type { Json } from '../json.ts';

const text = (more: Json = {}): Json => ({ schema: { type: 'string', ...more } });
const ref = (name: string): Json => ({ $ref: `#/components/parameters/${name}` });

/** Headers that several routes take, by the name under which routes refer to them. */
export const sharedParameters: Record<string, Json> = {
  SiteId: {
    name: 'site_id',
    in: 'path',
    required: true,
    description: 'The site. A credential that is bound to a site may name that site only.',
    ...text({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:@-]{0,254}$' }),
    example: 'clinic-7',
  },
  RequestId: {
    name: 'x-request-id',
    in: 'header',
    description:
      'Your name for the request. It comes back, and stands in logs and spans. Without one the gateway makes one.',
    ...text(),
  },
  Traceparent: {
    name: 'traceparent',
    in: 'header',
    description:
      'W3C Trace Context. The request then belongs to your trace; its flag decides whether the trace is kept.',
    ...text(),
    example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Your name for this report, 1 to 255 visible ASCII characters, good for 24 hours. A repeat returns the first answer and ' +
      'costs no quota; the same key with another body is a 409. Without it, a repeat of the same body within 60 seconds is ' +
      'taken for the same report.',
    ...text({ pattern: '^[\\x21-\\x7e]{1,255}$' }),
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The `ETag` of the last answer: when nothing is new, the answer is a 304 without a body.',
    ...text(),
    example: '"empty"',
  },
  Accept: {
    name: 'accept',
    in: 'header',
    description: '`text/plain` asks for the bare proof; without it the answer is JSON.',
    ...text(),
    example: 'text/plain',
  },
};

const uploadHeaders: Json[] = [
  {
    name: 'X-Client-ID',
    in: 'header',
    required: true,
    description: 'The site; the bundle must say the same.',
    ...text(),
  },
  {
    name: 'X-Bundle-ID',
    in: 'header',
    description: 'When it is sent, the bundle must have this `bundle_id`.',
    ...text(),
  },
  ...[
    ['X-Bundle-Hash', 'bundle'],
    ['X-Signature-Hash', 'signature'],
  ].map(([name, part]) => ({
    name,
    in: 'header',
    description: `SHA-256 of the bytes of \`${part}\`; checked when it is sent.`,
    ...text({ pattern: '^sha256:[0-9a-fA-F]{64}$' }),
  })),
];

/** Besides the site: what stands in a path, by its name there. */
const inPath: Record<string, Json> = {
  bundle_id: {
    description: 'The bundle, as the appliance named it.',
    ...text({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' }),
    example: 'EB-2026-11-21-0001',
  },
  token_id: { ...text({ format: 'uuid' }), example: '01933a5e-7c23-7c11-8f4e-2b3c4d5e6f70' },
  order_id: { ...text({ pattern: '^[0-9a-f]{16}$' }), example: 'a3f1c25b90d4e786' },
  incident_id: { ...text({ format: 'uuid' }) },
  path: {
    description: 'The rest of the path, slashes and all, as C2SP tlog-tiles spells it; there is one spelling.',
    ...text(),
    example: 'x001/067.p/5',
  },
};

/** The path as OpenAPI writes it, which knows no `*`. */
export const pathOf = ({ path }: RouteContract): string => path.replace('*', '{path}');

function pathParametersOf(route: RouteContract): Json[] {
  const names = [...pathOf(route).matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).filter((name) => name !== 'site_id');
  return names.map((name) => ({ name, in: 'path', required: true, ...inPath[name] }));
}

/** What a route takes besides its body. */
export function parametersOf(name: RouteName, route: RouteContract): Json[] {
  return [
    ...(route.site === 'path' ? [ref('SiteId')] : []),
    ...pathParametersOf(route),
    ...queryOf(route),
    ...(route.limited ? [ref('IdempotencyKey')] : []),
    ...(name === 'pollOrders' ? [ref('IfNoneMatch')] : []),
    ...(route.produces && route.responses.length > 0 ? [ref('Accept')] : []),
    ...(route.multipart ? uploadHeaders : []),
    ref('RequestId'),
    ref('Traceparent'),
  ];
}

function queryOf({ query }: RouteContract): Json[] {
  if (query === undefined) return [];
  const { properties } = describeSchema(query, 'output') as { properties: Record<string, Json> };
  const required = new Set(describeSchema(query, 'input')['required'] as string[] | undefined);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    ...(required.has(name) && { required: true }),
    schema,
  }));
}
