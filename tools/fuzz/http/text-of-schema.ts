import * as fc from 'fast-check';

/** As `z.toJSONSchema` prints it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const times = [
  '2026-11-21T09:30:00Z',
  '2026-11-21T09:30:00.123456789+01:00',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+23:59',
  '9999-12-31T23:59:59.999-23:59',
  '2026-02-29T00:00:00Z',
  '2026-12-31T23:59:60Z',
  '1969-12-31T23:59:59Z',
];

/** JSON texts that are right nowhere, or only by accident. */
const hostileTexts = [
  'null',
  'true',
  '0',
  '-0',
  '-1',
  '1e400',
  '1e-400',
  '9007199254740993',
  '1e21',
  '0.1',
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  `"${'x'.repeat(70_000)}"`,
  '"\u{1f600}\u202e\u0085"',
  '"\'; drop table orders; --"',
  '"../../etc/passwd"',
  '"{{7*7}}${7*7}"',
  '"\\r\\nset-cookie: a"',
  '[]',
  '{}',
  '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]',
  '{"a":1,"a":2}',
  '{"a":1,"\\u0061":2}',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"toString":1,"length":-1,"valueOf":null,"then":1,"toJSON":1}',
  `[${'0,'.repeat(5_000)}0]`,
  ...times.map((time) => JSON.stringify(time)),
];

/** Names that the system behind the gateway knows; without them most requests end at the first look. */
const known: Record<string, string[]> = {
  site_id: ['{site}', '{site}', 's-1', 's-2', 's-3'],
  host_id: ['box-1', 'box-1', 'box-2'],
  order_id: ['{order}', '0123456789abcdef'],
  bundle_id: ['{bundle}', 'b-2', 'b-3'],
};

const hostile: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)) },
);

/** JSON texts of a schema, now and then with something in them that is not of it. */
export function textOfSchema(schema: JsonSchema, name = ''): fc.Arbitrary<string> {
  return fc.oneof({ weight: 14, arbitrary: goodText(schema, name) }, { weight: 1, arbitrary: hostile });
}

function goodText(schema: JsonSchema, name: string): fc.Arbitrary<string> {
  const { anyOf, oneOf, enum: choices, type } = schema as Record<string, never>;
  const alternatives = (anyOf ?? oneOf) as JsonSchema[] | undefined;
  if (alternatives !== undefined) return fc.oneof(...alternatives.map((one) => textOfSchema(one, name)));
  if ('const' in schema) return fc.constant(JSON.stringify(schema['const']));
  if (choices !== undefined) return fc.constantFrom(...(choices as unknown[]).map((one) => JSON.stringify(one)));
  if (known[name] !== undefined) return fc.constantFrom(...known[name].map((one) => JSON.stringify(one)));
  switch (type as string | undefined) {
    case 'object':
      return objectText(schema);
    case 'array':
      return fc
        .array(textOfSchema((schema['items'] as JsonSchema | undefined) ?? {}), { maxLength: 4 })
        .map((items) => `[${items.join(',')}]`);
    case 'integer':
    case 'number':
      return fc
        .oneof(fc.integer({ min: 0, max: 200 }), fc.double({ noNaN: true, noDefaultInfinity: true }))
        .map(String);
    case 'boolean':
      return fc.constantFrom('true', 'false');
    case 'null':
      return fc.constant('null');
    case 'string':
      return stringText(schema);
    default:
      return fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value));
  }
}

function stringText({ format, pattern, maxLength }: JsonSchema): fc.Arbitrary<string> {
  const arbitrary =
    format === 'date-time'
      ? fc.oneof(
          fc.constantFrom(...times),
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        )
      : typeof pattern === 'string'
        ? fc.stringMatching(new RegExp(pattern, 'u'))
        : fc.string({ unit: 'binary', maxLength: typeof maxLength === 'number' ? Math.min(maxLength + 1, 300) : 60 });
  return arbitrary.map((text) => JSON.stringify(text));
}

/** Members in any order; now and then one is left out, one too many, or one twice. */
function objectText({ properties = {}, additionalProperties }: JsonSchema): fc.Arbitrary<string> {
  const members = Object.entries(properties as Record<string, JsonSchema>).map(([key, schema]) =>
    fc.option(
      textOfSchema(schema, key).map((text) => `${JSON.stringify(key)}:${text}`),
      { freq: 12 },
    ),
  );
  const more = fc.tuple(fc.string({ maxLength: 12 }), hostile).map(([key, text]) => `${JSON.stringify(key)}:${text}`);
  const extra =
    additionalProperties === false ? fc.constant(null) : fc.oneof(fc.constant(null), fc.constant(null), more);
  return fc.tuple(fc.tuple(...members), extra, fc.nat(30)).map(([given, one, twist]) => {
    const texts = [...given, one].filter((text) => text !== null);
    if (twist === 0) texts.reverse();
    if (twist === 1 && texts[0] !== undefined) texts.push(texts[0]);
    return `{${texts.join(',')}}`;
  });
}
