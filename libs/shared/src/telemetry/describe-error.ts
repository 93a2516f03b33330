import { redactText } from './redact-text.ts';

const longestChain = 5;

/** An error as a log line or a span tells it. Only these fields: a database error carries queries and values besides. */
export interface DescribedError {
  type: string;
  message: string;
  code?: string;
  kind?: string;
  stack?: string;
  cause?: DescribedError;
  errors?: DescribedError[];
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

/** For what is thrown although it is no error. */
function describeOther(thrown: unknown): DescribedError {
  if (typeof thrown !== 'object' || thrown === null) {
    return { type: thrown === null ? 'null' : typeof thrown, message: redactText(String(thrown)) };
  }
  const record = thrown as Record<string, unknown>;
  return { type: 'object', message: redactText(text(record['message']) ?? 'no message'), ...codesOf(record) };
}

function describe(error: unknown, depth: number): DescribedError {
  if (!(error instanceof Error)) {
    return describeOther(error);
  }
  const { cause } = error;
  const more = depth < longestChain;
  return {
    type: error.name,
    message: redactText(error.message),
    ...codesOf(error as unknown as Record<string, unknown>),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(cause === undefined || cause === null || !more ? {} : { cause: describe(cause, depth + 1) }),
    ...(error instanceof AggregateError && more
      ? { errors: error.errors.slice(0, longestChain).map((one) => describe(one, depth + 1)) }
      : {}),
  };
}

function codesOf(error: Record<string, unknown>): { code?: string; kind?: string } {
  const code = text(error['code']);
  const kind = text(error['kind']);
  return { ...(code === undefined ? {} : { code }), ...(kind === undefined ? {} : { kind }) };
}

/** Type, message, code, kind, stack and the chain of causes (at most five) of whatever was thrown. */
export const describeError = (error: unknown): DescribedError => describe(error, 1);
