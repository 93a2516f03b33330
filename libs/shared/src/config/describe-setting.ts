import { z } from 'zod';

/** What is registered about a setting, its own before what was put around it (`.optional()`, `.default()`). */
export function metaOf(schema: z.core.$ZodType | undefined): z.core.GlobalMeta | undefined {
  let current = schema;
  let meta: z.core.GlobalMeta | undefined;
  while (current !== undefined) {
    meta = { ...z.globalRegistry.get(current), ...meta };
    const { innerType } = current._zod.def as { innerType?: z.core.$ZodType };
    current = innerType;
  }
  return meta;
}

/** The `.describe()` of a setting, also when `.optional()` or `.default()` was put around it afterwards. */
export const descriptionOf = (schema: z.core.$ZodType | undefined): string | undefined => metaOf(schema)?.description;
