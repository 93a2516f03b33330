import { z } from 'zod';

/**
 * A site or a host as the appliances name it. The alphabet keeps every id usable as it is in a path, a vault key
 * and a log line; the first character rules out `.` and `..`.
 */
export const identifier = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,254}$/, '1 to 255 of A-Z a-z 0-9 . _ : @ -, the first a letter or digit');

/** What stands in the path of the routes of one site. */
export const siteParams = z.object({ site_id: identifier });

/** What keeps the agents and connections of one customer from those of another. */
export const namespace = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, '1 to 63 of a-z 0-9 . _ -');

export const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'a lower-case UUID');

export const orderId = z.string().regex(/^[0-9a-f]{16}$/, '16 lower-case hex characters');

export const hex = (bytes: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`), `${bytes * 2} lower-case hex characters`);

const [firstMoment, lastMoment] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];
const offsetHours = /[+-](\d\d):\d\d$/;

/** PostgreSQL takes no zone beyond 15:59, no year 0, and spells years beyond 9999 otherwise than JavaScript. */
function isStorable(text: string): boolean {
  const moment = Date.parse(text);
  if (Number.isNaN(moment)) return true; // that it is no time at all has been said
  return moment >= firstMoment && moment <= lastMoment && Number(offsetHours.exec(text)?.[1] ?? 0) <= 14;
}

/** RFC 3339 with a zone. A time without one is refused: it would mean another moment on another machine. */
export const instant = z.iso
  .datetime({ offset: true })
  .refine(isStorable, 'a time in the years 1 to 9999, of a zone of 14 hours at most');

/** Free JSON of an appliance. Depth and size are bounded where the body is parsed. */
export const jsonObject = z.record(z.string(), z.unknown());
