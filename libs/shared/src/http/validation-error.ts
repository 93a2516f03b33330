import { AppError } from '../kernel/index.ts';

const mostFields = 100;
const longestField = 200;

interface Issue {
  path: readonly PropertyKey[];
  message: string;
  keys?: readonly string[];
}

/** One bad field of a request: `checks[3].name` and what is wanted there. */
export interface FieldError {
  field: string;
  message: string;
}

function nameOf(path: readonly PropertyKey[]): string {
  const name = path.reduce<string>((outer, part) => {
    const key = String(part);
    if (/^\d+$/.test(key)) {
      return `${outer}[${key}]`;
    }
    return outer === '' ? key : `${outer}.${key}`;
  }, '');
  return name.length > longestField ? `${name.slice(0, longestField)}…` : name;
}

/** Zod lists keys that may not be there in one issue, at the object that holds them. */
function fieldErrorsOf(issue: Issue): FieldError[] {
  return issue.keys === undefined
    ? [{ field: nameOf(issue.path), message: issue.message }]
    : issue.keys.map((key) => ({ field: nameOf([...issue.path, key]), message: 'Not a known field' }));
}

/**
 * `REQUEST.INVALID` with `errors: [{field, message}]` for what `safeParse` of Zod returned; undefined for any other
 * value. Zod's messages say what is wanted and not what came, so no value is echoed.
 */
export function asValidationError(error: unknown): AppError | undefined {
  if (!(error instanceof Error) || !/^\$?ZodError$/.test(error.name) || !('issues' in error)) {
    return undefined;
  }
  const all = (error.issues as Issue[]).flatMap(fieldErrorsOf);
  const errors = all.slice(0, mostFields);
  const names = [...new Set(errors.map(({ field }) => (field === '' ? 'the body' : field)))];
  return new AppError('REQUEST.INVALID', 'invalid', `The request is not valid: ${names.slice(0, 10).join(', ')}.`, {
    details: { errors },
  });
}
