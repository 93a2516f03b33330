import { describe, expect, it } from 'vitest';
import { AppError } from '../kernel/index.ts';
import { withTraceparent } from './current-traceparent.ts';
import { createLogger, type Logger, type LoggerOptions } from './logger.ts';
import { newTraceparent, traceIdOf } from './traceparent.ts';

type Line = Record<string, unknown>;

function logOf(
  write: (logger: Logger) => void,
  level: LoggerOptions['level'] = 'info',
): { text: string; lines: Line[] } {
  const written: string[] = [];
  write(createLogger({ service: 'orders', level, destination: { write: (line) => written.push(line) } }));
  return { text: written.join(''), lines: written.map((line) => JSON.parse(line) as Line) };
}

describe('createLogger', () => {
  it('writes one JSON line with service, time and level as text', () => {
    const { lines } = logOf((logger) => logger.info({ order_id: 'o1' }, 'issued'));
    expect(lines).toEqual([
      { level: 'info', time: expect.any(String), service: 'orders', pid: process.pid, order_id: 'o1', msg: 'issued' },
    ]);
    expect(new Date(lines[0]?.['time'] as string).toISOString()).toBe(lines[0]?.['time']);
  });

  it('writes nothing below its level', () => {
    expect(logOf((logger) => logger.debug({}, 'x')).lines).toEqual([]);
    expect(logOf((logger) => logger.debug({}, 'x'), 'debug').lines).toHaveLength(1);
  });

  it('carries the trace id of the current trace, or the one that the call names', () => {
    const current = newTraceparent();
    const named = newTraceparent();
    const { lines } = logOf((logger) =>
      withTraceparent(current, () => {
        logger.info({}, 'a');
        logger.info({ traceparent: named }, 'b');
        logger.child({ traceparent: named, siteId: 's' }).info({}, 'c');
      }),
    );
    expect(lines.slice(0, 2).map((line) => line['trace_id'])).toEqual([current, named].map(traceIdOf));
    expect(lines[2]).toMatchObject({ siteId: 's' });
  });

  it.each([
    'authorization',
    'Authorization',
    'x-api-key',
    'cookie',
    'key',
    'secret',
    'password',
    'signature_seed',
    'orderSigningKey',
    's3_secret_key',
    'admin_key',
    'api-key',
    'DATABASE_URL',
  ])('hides %s at any depth, in lines and in child fields', (name) => {
    const { text, lines } = logOf((logger) => {
      logger.info({ [name]: 'hunter2', request: { headers: [{ [name]: 'hunter2' }] } }, 'x');
      logger.child({ deep: { [name]: ['hunter2'] } }).warn({}, 'y');
    });
    expect(text).not.toContain('hunter2');
    expect(lines).toHaveLength(2);
  });

  it('shows what only sounds secret', () => {
    const fields = { key_id: 'k1', public_key: 'ab', idempotency_key: 'i', nonce: 'n' };
    expect(logOf((logger) => logger.info(fields, 'x')).lines[0]).toMatchObject(fields);
  });

  it('hides the password of a URL and a bearer credential in messages, texts and errors', () => {
    const leak = 'connect postgres://role:hunter2@db:5432/x with Bearer hunter2.abc';
    const { text } = logOf((logger) => {
      logger.error({ error: new Error(leak, { cause: new Error(leak) }), note: leak, list: [leak] }, leak);
    });
    expect(text).not.toContain('hunter2');
    expect(text).toContain('postgres://role:[hidden]@db:5432/x');
  });

  it('tells an error with code, kind and the chain of causes, but not the query and values that it carries', () => {
    const database = Object.assign(new Error('duplicate'), { code: '23505', query: 'insert', parameters: ['hunter2'] });
    const error = new AppError('ORDERS.NOT_OPEN', 'conflict', 'ended', { cause: database });
    const { text, lines } = logOf((logger) => logger.error({ err: error }, 'refused'));
    expect(lines[0]?.['err']).toMatchObject({
      type: 'AppError',
      code: 'ORDERS.NOT_OPEN',
      kind: 'conflict',
      message: 'ended',
      cause: { type: 'Error', code: '23505', message: 'duplicate' },
    });
    expect(text).not.toContain('hunter2');
  });

  it('survives an object that contains itself, a cause that is its own cause, and bytes', () => {
    const loop: Line = { bytes: Buffer.alloc(70_000), big: 10n };
    loop['loop'] = loop;
    const own = new Error('own');
    own.cause = own;
    const { text, lines } = logOf((logger) => logger.error({ loop, own, thrown: { code: 'X' } }, 'x'));
    expect(lines).toHaveLength(1);
    expect(text.length).toBeLessThan(20_000);
    expect(text).toContain('[70000 bytes]');
  });
});
