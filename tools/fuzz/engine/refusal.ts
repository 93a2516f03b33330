/** What a refusal says, without the places in it: one label for one reason. Throws whatever is no refusal of these codes. */
export function labelOfRefusal(error: unknown, ...codes: string[]): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code !== 'string' || !codes.includes(code)) throw error;
  return `${code} ${String(message).replaceAll(/\d+/g, '0').slice(0, 24)}`;
}

/** For what a reader must never do. */
export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}
