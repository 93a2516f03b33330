type Schema = Record<string, unknown>;

/** Words for people: they may change. */
const prose = new Set(['description', 'title', 'examples', '$comment']);

/**
 * What keeps events of the old shape from being read by the new code, or the other way round: both are in streams and
 * outboxes at the same time. Only an optional field may be added; everything else asks for a new version of the event.
 * One sentence per change, naming the field.
 */
export function findBreakingChanges(before: Schema, after: Schema, at = 'data'): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => {
    if (prose.has(key)) return [];
    if (key === 'properties') return compareProperties(before, after, at);
    if (key === 'required') return compareRequired(before, after, at);
    return compare(before[key], after[key], `${at}.${key}`);
  });
}

function compare(before: unknown, after: unknown, at: string): string[] {
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) => compare(item, after[index], `${at}[${index}]`));
  }
  if (isSchema(before) && isSchema(after)) return findBreakingChanges(before, after, at);
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [`${at} was ${print(before)} and is ${print(after)}`];
}

function compareProperties(before: Schema, after: Schema, at: string): string[] {
  const [old, now] = [propertiesOf(before), propertiesOf(after)];
  return Object.keys(old).flatMap((name) =>
    now[name] === undefined ? [`${at}.${name} is gone`] : findBreakingChanges(old[name]!, now[name], `${at}.${name}`),
  );
}

function compareRequired(before: Schema, after: Schema, at: string): string[] {
  const [old, now] = [requiredOf(before), requiredOf(after)];
  return [
    ...[...old].filter((name) => !now.has(name)).map((name) => `${at}.${name} is no longer required`),
    ...[...now].filter((name) => !old.has(name)).map((name) => `${at}.${name} is required now`),
  ];
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const propertiesOf = (schema: Schema) => (schema['properties'] ?? {}) as Record<string, Schema>;
const requiredOf = (schema: Schema) => new Set((schema['required'] ?? []) as string[]);
const print = (value: unknown) => (value === undefined ? 'absent' : JSON.stringify(value));
