/** Whether a number can be the size of a tree or the index of a leaf: 0 to 2^53 - 1. */
export const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** The number that a text spells in ASCII decimal without leading zeros, 0 to 2^53 - 1; else undefined. */
export function parseDecimal(text: string): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return isSize(value) ? value : undefined;
}
