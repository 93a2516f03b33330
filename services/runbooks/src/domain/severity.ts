import { z } from 'zod';

/** How bad it is, mildest first; the same words as an incident's severity. */
export const severity = z.enum(['low', 'medium', 'high', 'critical']);

export type Severity = z.output<typeof severity>;
