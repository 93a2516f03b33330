import { z } from 'zod';
import { localName, prose } from './runbook-names.ts';

export const command = z.string().min(1).max(8_000);
const pattern = z.string().min(1).max(500);
const seconds = z.int().min(1).max(3_600);

/** What makes a condition true: the exit status, or the last number on the standard output. */
const successCondition = z
  .strictObject({
    exit_code: z.int().min(0).max(255).optional(),
    number_at_least: z.number().optional(),
    number_at_most: z.number().optional(),
  })
  .refine((condition) => Object.values(condition).filter((value) => value !== undefined).length === 1, {
    message: 'needs exactly one of exit_code, number_at_least, number_at_most',
  });

/** How the standard output is read; a step whose output cannot be read so has failed. */
const parseOutput = z.strictObject({
  format: z.enum(['json', 'lines', 'key_value', 'number']),
  fields: z.array(localName).min(1).max(64).optional(),
});

/** The effect is asked for again and again until the pattern appears; done is what was seen to be done (not the exit status). */
const verifyCompletion = z.strictObject({ command, success_pattern: pattern, interval: seconds, timeout: seconds });

const criteria = [
  'success_pattern',
  'failure_pattern',
  'success_condition',
  'parse_output',
  'verify_completion',
] as const;

/**
 * One action on the appliance. `timeout` and `delay` are in seconds. `attempts` counts the first one. `produces` names
 * the evidence that the step leaves. Patterns are ECMAScript with the flags `m` and `u`, searched in the standard output.
 * `on_failure`: `stop` ends the run and rolls back; `continue` is for looking around.
 */
export const step = z
  .strictObject({
    id: localName,
    action: localName,
    description: prose,
    timeout: seconds,
    command,
    success_pattern: pattern.optional(),
    failure_pattern: pattern.optional(),
    success_condition: successCondition.optional(),
    parse_output: parseOutput.optional(),
    verify_completion: verifyCompletion.optional(),
    retry: z.strictObject({ attempts: z.int().min(2).max(10), delay: z.int().min(0).max(600) }).optional(),
    produces: z.array(localName).min(1).max(16).optional(),
    on_failure: z.enum(['stop', 'continue']).default('stop'),
  })
  .refine((declared) => criteria.filter((criterion) => declared[criterion] !== undefined).length === 1, {
    message: `needs exactly one of ${criteria.join(', ')}`,
  });

/** How the effect of a step is taken back; run in the order of the file, for the steps that were started. */
export const rollbackAction = z.strictObject({ action: localName, description: prose, undoes: localName, command });

export type Step = z.output<typeof step>;
export type RollbackAction = z.output<typeof rollbackAction>;
