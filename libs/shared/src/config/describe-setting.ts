import { z } from 'zod';

/** The `.describe()` of a setting, also when `.optional()` or `.default()` was put around it afterwards. */
export function descriptionOf(schema: z.core.$ZodType | undefined): string | undefined {
  let current = schema;
  while (current !== undefined) {
    const own = z.globalRegistry.get(current)?.description;
    if (own !== undefined) {
      return own;
    }
    const { innerType } = current._zod.def as { innerType?: z.core.$ZodType };
    current = innerType;
  }
  return undefined;
}
