import { z } from 'zod';
import { localName, prose } from './runbook-names.ts';
import { severity } from './severity.ts';

const word = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+$/, 'must be one word of lower-case letters and digits');
const words = z.array(word).max(64);
const wholeText = z
  .string()
  .min(1)
  .max(100)
  .refine((text) => text === text.trim().toLowerCase(), 'must be in lower case, without spaces around it');

/** A condition on a text of the incident; words are what remains between characters that are no letter and no digit. */
export const textCondition = z
  .strictObject({ equals: wholeText.optional(), all_words: words.min(2).optional(), any_word: words.min(1).optional() })
  .refine((condition) => Object.values(condition).filter((value) => value !== undefined).length === 1, {
    message: 'needs exactly one of equals, all_words, any_word',
  });

/**
 * One reason to choose the runbook. All conditions of a rule must hold. The severity alone is not enough: such a rule
 * would answer every unknown incident, which belongs to a person.
 */
export const matchRule = z
  .strictObject({
    id: localName,
    why: prose,
    incident_type: textCondition.optional(),
    check_type: textCondition.optional(),
    severity: z.array(severity).min(1).optional(),
    priority: z.int().min(0).max(1_000).default(0),
  })
  .refine((rule) => rule.incident_type !== undefined || rule.check_type !== undefined, {
    message: 'needs a condition on incident_type or check_type',
  });

export type TextCondition = z.output<typeof textCondition>;
export type MatchRule = z.output<typeof matchRule>;
