import type { LoggerService } from '@nestjs/common';
import type { Logger } from '../telemetry/index.ts';

const fieldsOf = (message: unknown, more: unknown[]): Record<string, unknown> => ({
  ...(message instanceof Error ? { error: message } : {}),
  context: more.findLast((one) => typeof one === 'string'),
});

const textOf = (message: unknown): string => {
  if (message instanceof Error) {
    return message.message;
  }
  return typeof message === 'string' ? message : JSON.stringify(message);
};

/** Nest's own lines in our log. What it says about its start (each route, each module) is for debugging. */
export const nestLogger = (logger: Logger): LoggerService => ({
  log: (message: unknown, ...more: unknown[]) => logger.debug(fieldsOf(message, more), textOf(message)),
  debug: (message: unknown, ...more: unknown[]) => logger.debug(fieldsOf(message, more), textOf(message)),
  verbose: (message: unknown, ...more: unknown[]) => logger.debug(fieldsOf(message, more), textOf(message)),
  warn: (message: unknown, ...more: unknown[]) => logger.warn(fieldsOf(message, more), textOf(message)),
  error: (message: unknown, ...more: unknown[]) => logger.error(fieldsOf(message, more), textOf(message)),
  fatal: (message: unknown, ...more: unknown[]) => logger.fatal(fieldsOf(message, more), textOf(message)),
});
