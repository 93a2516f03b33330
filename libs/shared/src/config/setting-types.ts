import { z } from 'zod';

/** A whole number in decimal digits; unlike `z.coerce.number()` it takes no `''`, `0x10`, `1e3` or ` 5`. */
export function integer({ min, max }: { min: number; max: number }) {
  return z
    .string()
    .regex(/^-?(?:0|[1-9]\d{0,15})$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max));
}

/** A value that must not be shown. Marked `secret` in its metadata for whoever prints settings. */
export function secret() {
  return z.string().min(1).meta({ secret: true });
}

/** An absolute URL with one of the protocols (`http:`). The text stays as it was given. */
export function url(...protocols: string[]) {
  return z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), 'no such URL');
}
