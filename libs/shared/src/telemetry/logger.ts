import { type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { currentTraceparent } from './current-traceparent.ts';
import { redactFields } from './redact-fields.ts';
import { redactText } from './redact-text.ts';
import { parseTraceparent, traceIdOf } from './traceparent.ts';

/** Fields of a log line. An `Error` is told with code, kind and causes; `traceparent` becomes `trace_id`. */
export type LogFields = Record<string, unknown>;

/** Writes one JSON line per call. Secrets are hidden by field name; still, do not log what you need not. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  fatal(fields: LogFields, message: string): void;
  /** A logger whose lines carry these fields too. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  service: string;
  level?: 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  /** Where the lines go; standard output by default. */
  destination?: { write(line: string): void };
}

function toLine(fields: LogFields): LogFields {
  const { traceparent, ...others } = fields;
  const valid = parseTraceparent(traceparent);
  return redactFields(valid === undefined ? fields : { ...others, trace_id: traceIdOf(valid) });
}

function withTraceId(): LogFields {
  const traceparent = currentTraceparent();
  return traceparent === undefined ? {} : { trace_id: traceIdOf(traceparent) };
}

function wrap(lines: PinoLogger): Logger {
  return {
    debug: (fields, message) => lines.debug(fields, redactText(message)),
    info: (fields, message) => lines.info(fields, redactText(message)),
    warn: (fields, message) => lines.warn(fields, redactText(message)),
    error: (fields, message) => lines.error(fields, redactText(message)),
    fatal: (fields, message) => lines.fatal(fields, redactText(message)),
    child: (fields) => wrap(lines.child(toLine(fields))),
  };
}

/** The log of a process: JSON lines with `level` (text), `time` (ISO 8601), `service`, `pid`, `trace_id`, fields, `msg`. */
export function createLogger({ service, level = 'info', destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    // The fields of the call win over the trace that happens to be current.
    mixin: withTraceId,
    formatters: { level: (label: string) => ({ level: label }), log: toLine },
    // Errors are told by `toLine`; pino's own way for the field `err` would undo that.
    serializers: { err: (told: unknown) => told },
  };
  return wrap(destination === undefined ? pino(options) : pino(options, destination));
}
