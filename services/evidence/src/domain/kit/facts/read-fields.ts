/** An object of which nothing is known: what stands in a kit may be anybody's. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object that a JSON text holds; undefined for anything else. */
export function parseFields(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const valueOf = (fields: Fields, name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);

/** A text, or null for whatever is none. */
export function textIn(fields: Fields, name: string): string | null {
  const value = valueOf(fields, name);
  return typeof value === 'string' ? value : null;
}

/** The texts of all these names; undefined when one of them is none. */
export function textsOf<Names extends readonly string[]>(
  fields: Fields,
  ...names: Names
): { [At in keyof Names]: string } | undefined {
  const texts = names.map((name) => textIn(fields, name));
  return texts.includes(null) ? undefined : (texts as { [At in keyof Names]: string });
}

export function numberIn(fields: Fields, name: string): number | null {
  const value = valueOf(fields, name);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The texts of a list; empty for whatever is no list. */
export function textsIn(fields: Fields, name: string): string[] {
  const value = valueOf(fields, name);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function fieldsIn(fields: Fields, name: string): Fields {
  const value = valueOf(fields, name);
  return isFields(value) ? value : {};
}

/** Length of a list; 0 for whatever is none. */
export function countIn(fields: Fields, name: string): number {
  const value = valueOf(fields, name);
  return Array.isArray(value) ? value.length : 0;
}
