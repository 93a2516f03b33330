import { z } from 'zod';
import { instant } from './identifiers.ts';

export const deadLetterRecorded = z.object({
  dead_letter_id: z.string(),
  consumer: z.string().describe('The durable consumer that gave up.'),
  event_id: z.string(),
  event_type: z.string(),
  error_code: z.string(),
  cause: z.string(),
  tries: z.int().positive(),
  recorded_at: instant,
});

export type DeadLetterRecorded = z.output<typeof deadLetterRecorded>;
