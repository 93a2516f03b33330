import { LockedError } from './state/run-lock.ts';

/** A failed start in words for a person: the error, what caused it, and of our own mistakes the stack as well. */
export function explainFailure(error: unknown): string {
  if (error instanceof LockedError) {
    const { note, pid } = error.holder;
    return `Countersign is already running ${note ? `at ${note} ` : ''}(process ${pid}): stop it with Ctrl-C there first.`;
  }
  if (error instanceof TypeError || error instanceof ReferenceError) return error.stack ?? error.message;
  return `Countersign did not start: ${reasonsOf(error).join(': ')}`;
}

function reasonsOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const own = error.message.trim() || ('code' in error ? String(error.code) : error.name);
  return [own, ...(error.cause === undefined ? [] : reasonsOf(error.cause))];
}
