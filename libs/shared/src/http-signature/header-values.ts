import { signatureInvalid } from './signature-error.ts';

/** Each value of each header as received, by lower-case name. */
export type HeaderValues = ReadonlyMap<string, readonly string[]>;

/** From names and values in turn. */
export function headerValuesOf(rawHeaders: readonly string[]): HeaderValues {
  const headers = new Map<string, string[]>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    const values = headers.get(name);
    if (values === undefined) headers.set(name, [rawHeaders[at + 1]!]);
    else values.push(rawHeaders[at + 1]!);
  }
  return headers;
}

/** The value of a header that stands once: of two, whoever stands before us might have taken the other. */
export function onlyValueOf(headers: HeaderValues, name: string): string {
  const [value, ...more] = headers.get(name) ?? [];
  if (value === undefined || more.length > 0) throw signatureInvalid(`The header ${name} must stand exactly once.`);
  return value.trim();
}
