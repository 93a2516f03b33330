import { z } from 'zod';
import { instant } from './identifiers.ts';

const dependency = z.enum(['connected', 'disconnected']);

export const healthResponse = z.object({
  status: z.enum(['ok', 'degraded']),
  database: dependency,
  nats: dependency,
  object_store: dependency,
  runbooks_loaded: z.int().nonnegative(),
  timestamp: instant,
});

export type HealthResponse = z.output<typeof healthResponse>;
