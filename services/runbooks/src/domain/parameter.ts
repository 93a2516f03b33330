import { z } from 'zod';
import { localName, prose } from './runbook-names.ts';

/**
 * What a value may consist of. It is put into shell commands as it stands, so neither a quote, a space, a wildcard, a
 * substitution nor a leading dash can be part of it, whatever a runbook declares.
 */
export const safeValue = /^[A-Za-z0-9/][A-Za-z0-9@:._/+-]{0,254}$/;
const safeText = z.string().regex(safeValue, 'may hold only letters, digits and @ : . _ / + -, at most 255');

/** Where an incident may supply the value: its check, or a field of its details. */
const source = z
  .string()
  .regex(/^(check_type|details\.[A-Za-z][A-Za-z0-9_]{0,63})$/, 'must be check_type or details.<field>');

const shared = {
  name: localName,
  description: prose,
  from: source.optional(),
  /**
   * What a reported value that does not fit means: a person looks at it (`escalate`), or the default covers the
   * reported case too (`use_default`).
   */
  unfit: z.enum(['escalate', 'use_default']).default('escalate'),
};

const parameterShape = z.discriminatedUnion('type', [
  z.strictObject({
    ...shared,
    type: z.literal('text'),
    default: z.string().optional(),
    one_of: z.array(safeText).min(1).max(64).optional(),
  }),
  z.strictObject({ ...shared, type: z.literal('path'), default: z.string().optional() }),
  z.strictObject({
    ...shared,
    type: z.literal('integer'),
    default: z.int().optional(),
    minimum: z.int(),
    maximum: z.int(),
  }),
  z.strictObject({ ...shared, type: z.literal('boolean'), default: z.boolean().optional() }),
]);

export type Parameter = z.output<typeof parameterShape>;
export type ParameterValue = string | number | boolean;

/** Whether the parameter can take this value; nothing is coerced. */
export function isFit(parameter: Parameter, value: unknown): value is ParameterValue {
  switch (parameter.type) {
    case 'text':
      return (
        typeof value === 'string' &&
        safeValue.test(value) &&
        (parameter.one_of === undefined || parameter.one_of.includes(value))
      );
    case 'path':
      return (
        typeof value === 'string' && safeValue.test(value) && value.startsWith('/') && !value.split('/').includes('..')
      );
    case 'integer':
      return (
        Number.isSafeInteger(value) && (value as number) >= parameter.minimum && (value as number) <= parameter.maximum
      );
    case 'boolean':
      return typeof value === 'boolean';
  }
}

const whatFits = {
  text: 'a text holds only letters, digits and @ : . _ / + -, starts with a letter, a digit or /, and is one of one_of if given',
  path: 'a path is absolute, without "..", and holds only letters, digits and @ : . _ / + -',
  integer: 'an integer lies between minimum and maximum',
  boolean: 'true or false',
} as const;

/** A value that the runbook declares. The default must fit; without one, and without a reported value, a person decides. */
export const parameter = parameterShape.superRefine((declared, context) => {
  if (declared.type === 'integer' && declared.minimum > declared.maximum) {
    context.addIssue({ code: 'custom', path: ['minimum'], message: 'is above the maximum' });
  }
  if (declared.default !== undefined && !isFit(declared, declared.default)) {
    context.addIssue({ code: 'custom', path: ['default'], message: `does not fit: ${whatFits[declared.type]}` });
  }
  if (declared.default === undefined && (declared.from === undefined || declared.unfit === 'use_default')) {
    context.addIssue({
      code: 'custom',
      path: [],
      message: 'needs a default: no incident supplies this value for certain',
    });
  }
});
