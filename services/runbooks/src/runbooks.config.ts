import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { commonSettings } from '@countersign/shared/config';

const ownCatalogue = fileURLToPath(new URL('../catalogue', import.meta.url));

export const runbooksSettings = z.object({
  ...commonSettings,
  RUNBOOKS_DIR: z.string().min(1).default(ownCatalogue).describe('the folder of the runbook catalogue'),
});

export type RunbooksSettings = z.output<typeof runbooksSettings>;
