import { z } from 'zod';
import { hex } from './identifiers.ts';

export const runbookSummary = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  category: z.string(),
  severity: z.string(),
  hipaa_controls: z.array(z.string()),
  version: z.string(),
  digest: hex(32).describe('SHA-256 of the file as published; signed into every order that names the runbook.'),
});

export const runbooksResponse = z.object({ runbooks: z.array(runbookSummary), count: z.int().nonnegative() });

export type RunbookSummary = z.output<typeof runbookSummary>;
export type RunbooksResponse = z.output<typeof runbooksResponse>;
