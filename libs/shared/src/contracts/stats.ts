import { z } from 'zod';
import { instant } from './identifiers.ts';

const counts = z.record(z.string(), z.int().nonnegative());

export const orderStats = z.object({ active_appliances: z.int().nonnegative(), orders_24h: counts });
export const incidentStats = z.object({ incidents_24h: counts, resolution_tiers_7d: counts });
export const evidenceStats = z.object({
  evidence_24h: counts,
  integrity: z.object({
    open_faults: z.int().nonnegative().describe('What the scrubber found to differ from what it was, and still does.'),
    walked_at: instant.nullable().describe('When it had last looked at everything; null: not yet.'),
  }),
});

/** Each record counts by state (tier for `resolution_tiers_7d`) and holds only what occurred. */
export const statsResponse = z.object({
  ...orderStats.shape,
  ...incidentStats.shape,
  ...evidenceStats.shape,
  timestamp: instant,
});

export type StatsResponse = z.output<typeof statsResponse>;
