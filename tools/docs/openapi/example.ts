import type { Json } from '../json.ts';

/** What goes into a route and what comes out of it. */
export interface Example {
  request?: Json;
  /** JSON. */
  responses: Record<string, Json>;
  /** The answer that is text. */
  text?: string;
}
