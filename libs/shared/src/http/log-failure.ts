import type { AppError } from '../kernel/index.ts';
import type { LogFields, Logger } from '../telemetry/index.ts';

const everyMs = 1_000;

/** Last line and how many were left out since, by error code. The codes are few. */
const quiet = new Map<string, { at: number; omitted: number }>();

/**
 * Logs a 5xx. Each fault of ours gets its line; an expected failure (a dependency is down) fails every request alike,
 * so it gets one line a second and code, with the number of those left out.
 */
export function logFailure(expected: AppError | undefined, fields: LogFields, logger: Logger): void {
  if (expected === undefined) {
    logger.error(fields, 'a request failed unexpectedly');
    return;
  }
  const now = performance.now();
  const last = quiet.get(expected.code);
  if (last !== undefined && now - last.at < everyMs) {
    last.omitted += 1;
    return;
  }
  quiet.set(expected.code, { at: now, omitted: 0 });
  logger.warn({ ...fields, omitted: last?.omitted ?? 0 }, 'a request could not be served');
}
