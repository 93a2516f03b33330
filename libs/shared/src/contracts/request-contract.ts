import type { z } from 'zod';
import type { ServiceName } from './event-contract.ts';

export interface RequestContract {
  owner: ServiceName;
  /** The services that may ask it; the broker refuses everybody else. */
  askers: readonly ServiceName[];
  summary: string;
  /** One question. On the wire go all questions that waited at the same moment: `{ items: [...] }`. */
  request: z.ZodType;
  /** One answer; on the wire `{ results: [{ value } | { error }] }` in the order of the questions. */
  response: z.ZodType;
}
