import { type ErrorContract, errorCatalog } from '../contracts/index.ts';
import { AppError, asAppError } from '../kernel/index.ts';
import { bearerChallengeOf } from './bearer-challenge.ts';
import { asFrameworkError } from './framework-error.ts';
import { statusOfKind } from './status-of-kind.ts';
import { asValidationError, type FieldError } from './validation-error.ts';

/** https://www.rfc-editor.org/rfc/rfc9457 with members of our own. */
export interface ProblemBody {
  /** `urn:countersign:error:` and the code. */
  type: string;
  /** What the code means; the same in every occurrence. */
  title: string;
  status: number;
  /** What went wrong here. Absent for faults of ours. */
  detail?: string;
  /** The path of the request, without its query. */
  instance: string;
  error_code: string;
  request_id: string;
  trace_id: string;
  remedy?: string;
  errors?: FieldError[];
  /** Details of the error, e.g. `required_scope`. */
  [detail: string]: unknown;
}

export interface Problem {
  status: number;
  headers: Record<string, string>;
  body: ProblemBody;
}

/** The request that a problem belongs to. */
export interface ProblemContext {
  requestId: string;
  traceId: string;
  instance: string;
}

const fault: ErrorContract & { status: number; code: string } = {
  ...errorCatalog['INTERNAL.UNEXPECTED'],
  status: 500,
  code: 'INTERNAL.UNEXPECTED',
};

const contractOf = (code: string): ErrorContract | undefined =>
  Object.hasOwn(errorCatalog, code) ? errorCatalog[code as keyof typeof errorCatalog] : undefined;

/** The expected failure behind any thrown value: ours, one that came over the wire, Zod's, Nest's or Fastify's. */
export const expectedFailureOf = (error: unknown): AppError | undefined =>
  asAppError(error) ?? asValidationError(error) ?? asFrameworkError(error);

/**
 * Whole seconds. When a dependency is back, not all callers shall come at the same moment: up to as much again is added
 * for `unavailable`. A rate limit says exactly when it opens.
 */
function retryAfterOf({ kind, retryAfterSeconds = 1, details }: AppError, random: () => number): number {
  const seconds = Math.max(1, retryAfterSeconds);
  // Body and header do not contradict each other.
  if (details?.['retry_after'] === seconds) return seconds;
  return Math.ceil(kind === 'unavailable' ? seconds * (1 + random()) : seconds);
}

function headersOf(error: AppError, random: () => number): Record<string, string> {
  const challenge = bearerChallengeOf(error);
  if (challenge !== undefined) {
    return { 'www-authenticate': challenge };
  }
  if (error.kind === 'unavailable' || error.kind === 'rate-limited') {
    return { 'retry-after': String(retryAfterOf(error, random)) };
  }
  return {};
}

/** The answer to a request that failed: status, headers and body (`application/problem+json`). */
export function toProblem(error: unknown, context: ProblemContext, random: () => number = Math.random): Problem {
  const known = expectedFailureOf(error);
  const code = known?.code ?? fault.code;
  const contract = known === undefined ? fault : contractOf(code);
  const status = known === undefined ? fault.status : statusOfKind[known.kind];
  const body: ProblemBody = {
    ...known?.details,
    type: `urn:countersign:error:${code}`,
    title: contract?.meaning ?? 'The request failed.',
    status,
    ...(known === undefined ? {} : { detail: known.message }),
    instance: context.instance,
    error_code: code,
    request_id: context.requestId,
    trace_id: context.traceId,
    ...(contract === undefined ? {} : { remedy: contract.remedy }),
  };
  return { status, headers: known === undefined ? {} : headersOf(known, random), body };
}
