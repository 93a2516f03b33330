import { AppError } from '../kernel/index.ts';

/**
 * Classes of SQLSTATE after which the same statement may succeed: connection exceptions, transaction rollback
 * (serialization, deadlock), insufficient resources, operator intervention (PostgreSQL manual, appendix A), and
 * query_canceled by our own statement_timeout is part of the last.
 */
const passing = /^(08|40|53|57)/;

/** What a failed statement means to the caller: `unavailable` when a retry makes sense, else the error as it is (a bug). */
export function asDatabaseError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  const isPassing = typeof code === 'string' ? passing.test(code) || /^E[A-Z]+$/.test(code) : !isDatabaseAnswer(error);
  if (!isPassing) return error;
  return new AppError('DATABASE.UNAVAILABLE', 'unavailable', 'The database does not answer.', {
    cause: error,
    retryAfterSeconds: 1,
  });
}

/** Without a SQLSTATE the error came from the client: a lost connection or a timeout while connecting. */
function isDatabaseAnswer(error: unknown): boolean {
  return !(error instanceof Error && /connection|timeout|terminated|ECONN/i.test(error.message));
}
