import * as fc from 'fast-check';
import { type RouteContract, routeCatalog } from '@countersign/shared/contracts';
import { describeSchema } from '../../docs/describe-schema.ts';
import { type JsonSchema, textOfSchema } from './text-of-schema.ts';

const uuid = '01933a5e-7c1f-7d1a-8a56-0c5b6f2f7a10';

/** What may stand in a path; a name that is not here gets what every name gets. */
const pathParts: Record<string, string[]> = {
  site_id: ['{site}', '{site}', '{site}', 's-1', 'demo-clinic'],
  bundle_id: ['{bundle}', '{bundle}', 'b-2'],
  order_id: ['{order}', '{order}', '0123456789abcdef'],
  incident_id: ['{incident}', uuid],
  '*': ['0/000.p/1', '0/000', 'entries/000.p/1', '000.p/1', '1/x001/000', '63/000', '../../x'],
};
const anyPart = [uuid, 'a', '0', '%00', '%ff', '%2e%2e%2f', '%F0%9F%98%80', 'x'.repeat(300), '__proto__', "'--"];

const credential = fc.oneof(
  { weight: 12, arbitrary: fc.constant('authorization: Bearer {admin}') },
  { weight: 4, arbitrary: fc.constant('authorization: Bearer {box}') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'x-api-key: {admin}',
      'authorization: Bearer {box}\nauthorization: Bearer {admin}',
      'x-note: none',
      'authorization: Bearer a.b.c',
      'authorization: Basic e30=',
    ),
  },
);

const headers = fc.subarray(
  [
    'accept: text/plain;q=0.9, application/json;q=1e9',
    'if-none-match: "x", W/"y"',
    'idempotency-key: k-1',
    'idempotency-key: \u00ff',
    'traceparent: 00-00000000000000000000000000000000-0000000000000000-00',
    'x-request-id: a b\tc',
    'x-forwarded-for: ::1, "a", unknown',
    'origin: null',
    'content-encoding: gzip',
    'range: bytes=0-,-1',
    'signature: a=:AAAA:',
    'signature-input: a=();created=1',
    'content-digest: sha-256=:AAAA:',
    'x-a: \u0080\u00ff',
  ],
  { maxLength: 2 },
);

function pathText(path: string): fc.Arbitrary<string> {
  const parts = path.split(/(\{\w+\}|\*)/).map((part) => {
    const name = part.replaceAll(/[{}]/g, '');
    if (!/^(?:\{\w+\}|\*)$/.test(part)) return fc.constant(part);
    const good = pathParts[name] ?? [uuid];
    return fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...good) },
      { weight: 1, arbitrary: fc.constantFrom(...anyPart) },
    );
  });
  return fc.tuple(...parts).map((texts) => texts.join(''));
}

/** The value of a query parameter: JSON's texts without their quotes. */
const unquote = (text: string): string => {
  const value: unknown = text.startsWith('"') && !/\\ud[89a-f]/i.test(text) ? parse(text) : text;
  return encodeURIComponent(Buffer.from(String(value).slice(0, 300)).toString())
    .replaceAll('%7B', '{')
    .replaceAll('%7D', '}');
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function queryText({ query, site }: RouteContract): fc.Arbitrary<string> {
  const schema = query === undefined ? {} : (describeSchema(query, 'input') as JsonSchema);
  const properties = { ...(site === 'query' ? { site_id: {} } : {}), ...(schema['properties'] as object | undefined) };
  const parameters = Object.entries(properties as Record<string, JsonSchema>).map(([name, one]) =>
    fc.option(
      textOfSchema(Object.keys(one).length === 0 ? { type: 'string' } : one, name).map(
        (text) => `${name}=${unquote(text)}`,
      ),
      { freq: 5 },
    ),
  );
  const odd = fc.oneof(
    { weight: 12, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('limit=1', 'a[]=1', '__proto__=1', '=', '&', 'x=%', 'x=%C0%AF', 'a=1&a=2'),
    },
  );
  return fc.tuple(fc.tuple(...parameters), odd).map(([given, more]) => {
    const text = [...given, more].filter((part) => part !== null).join('&');
    return text === '' ? '' : `?${text}`;
  });
}

const multipartHead = 'x-client-id: {site}\ncontent-type: multipart/form-data; boundary=xx';

/** A form as the uploader sends it, around any text; now and then not quite. */
export function formText(bundle: string, twist: number): string {
  const name = twist === 1 ? 'other' : 'bundle';
  const disposition = twist === 2 ? 'form-data' : `form-data; name="${name}"; filename="bundle.json"`;
  const end = twist === 3 ? '' : '--xx--\r\n';
  const signature =
    twist === 4
      ? `--xx\r\ncontent-disposition: form-data; name="signature"; filename="s"\r\n\r\n${'ab'.repeat(64)}\r\n`
      : '';
  const again = twist === 5 ? `--xx\r\ncontent-disposition: ${disposition}\r\n\r\n{}\r\n` : '';
  return `--xx\r\ncontent-disposition: ${disposition}\r\ncontent-type: application/json\r\n\r\n${bundle}\r\n${signature}${again}${end}`;
}

function bodyText({ body, multipart }: RouteContract): fc.Arbitrary<string> {
  if (multipart === true) {
    const bundle = textOfSchema(describeSchema(routeCatalog.submitEvidence.body, 'input'));
    return fc.tuple(bundle, fc.nat(20)).map(([text, twist]) => `${multipartHead}\n\n${formText(text, twist)}`);
  }
  if (body === undefined) return fc.constant('\n');
  return textOfSchema(describeSchema(body, 'input') as JsonSchema).map(
    (text) => `content-type: application/json\n\n${text}`,
  );
}

/** Requests to a route of the catalogue as `wireOf` reads them: nearly right, mostly. */
export function requestOfRoute(route: RouteContract): fc.Arbitrary<string> {
  return fc
    .tuple(pathText(route.path), queryText(route), credential, headers, bodyText(route))
    .map(([path, query, key, more, body]) => `${route.method} ${path}${query}\n${[key, ...more].join('\n')}\n${body}`);
}
