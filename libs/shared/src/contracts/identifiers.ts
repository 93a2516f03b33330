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

/** RFC 3339 with a zone. A time without one is refused: it would mean another moment on another machine. */
export const instant = z.iso.datetime({ offset: true });

/** Free JSON of an appliance. Depth and size are bounded where the body is parsed. */
export const jsonObject = z.record(z.string(), z.unknown());
