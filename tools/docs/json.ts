/** A part of a JSON document. */
export type Json = Record<string, unknown>;

/** The text of a committed JSON document: two spaces, one line break at its end. What is undefined is left out. */
export function printJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** `orders.issued.v1` or `signedOrder` as the name of a type: `OrdersIssuedV1`, `SignedOrder`. */
export function typeName(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
