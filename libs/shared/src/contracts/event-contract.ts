import type { z } from 'zod';

export const services = ['gateway', 'runbooks', 'orders', 'evidence'] as const;
export type ServiceName = (typeof services)[number];

export interface EventContract {
  /** The only service that may publish it; also its stream. */
  owner: ServiceName;
  /** One sentence for people. */
  summary: string;
  schema: z.ZodType;
  /** Services in which it must have its effect before its owner forgets it. */
  consumers: readonly ServiceName[];
  /** Services that may tell the gateway that waits what came of it. */
  answeredBy?: readonly ServiceName[];
}
