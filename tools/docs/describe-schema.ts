import { z } from 'zod';
import * as contracts from '@countersign/shared/contracts';
import { type Json, typeName } from './json.ts';

export type Dialect = 'draft-2020-12' | 'draft-7';
/** What is sent (defaults may be absent, texts stand for numbers) or what it is after it was read. */
export type Side = 'input' | 'output';

/** Objects of the contracts that other objects hold; they are described once and named. */
const shared = new Map<z.ZodType, string>(
  Object.entries(contracts).flatMap(([name, value]) => (value instanceof z.ZodObject ? [[value, typeName(name)]] : [])),
);

/** The name under which a schema of the contracts is published, if it is one. */
export const nameOfSchema = (schema: z.ZodType): string | undefined => shared.get(schema);

/** One schema on its own, everything that it holds written out. */
export function describeSchema(schema: z.ZodType, side: Side, dialect: Dialect = 'draft-2020-12'): Json {
  return clean(z.toJSONSchema(schema, { io: side, target: dialect, override: simplify }));
}

/**
 * Schemas by name, with references `#/components/schemas/<name>` between them and to the objects of the contracts
 * that they hold, which are added.
 */
export function describeSchemas(
  wanted: ReadonlyMap<string, z.ZodType>,
  side: Side,
  dialect: Dialect,
): Record<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of shared) registry.add(schema, { id });
  for (const [id, schema] of wanted) registry.add(schema, { id });
  const uri = (id: string) => `${prefix}${id}`;
  const all = z.toJSONSchema(registry, { io: side, target: dialect, uri, override: simplify }).schemas;
  const kept = new Map<string, Json>();
  const keep = (id: string): void => {
    if (kept.has(id)) return;
    const described = clean(all[id]!);
    kept.set(id, described);
    for (const held of referencesIn(described)) keep(held);
  };
  for (const id of wanted.keys()) keep(id);
  return Object.fromEntries([...kept].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const prefix = '#/components/schemas/';

function referencesIn(described: Json): string[] {
  const found = JSON.stringify(described).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
  return [...found].map(([, id]) => id!);
}

/**
 * Zod prints more than a reader needs: the pattern of an RFC 3339 time, that names are texts, and that nothing may be
 * added, which is not so: within a version optional fields may come.
 */
function simplify({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  delete jsonSchema.propertyNames;
}

function clean(schema: object): Json {
  const { $schema: _, $id: __, ...rest } = JSON.parse(JSON.stringify(schema)) as Json;
  return rest;
}
