import { BadRequestException, ForbiddenException, NotFoundException, PayloadTooLargeException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorCatalog } from '../contracts/index.ts';
import { AppError, toWireError } from '../kernel/index.ts';
import { toProblem } from './problem.ts';

const context = { requestId: 'r1', traceId: 't1', instance: '/incidents' };
const problemOf = (error: unknown) => toProblem(error, context, () => 0.5);

describe('toProblem', () => {
  it('has the members of RFC 9457 and our own, and says what to do', () => {
    const error = new AppError('AUTH.SCOPE_MISSING', 'forbidden', 'The key may not do this.', {
      cause: new Error('hunter2'),
      details: { required_scope: 'stats:read' },
    });
    expect(problemOf(error)).toEqual({
      status: 403,
      headers: {
        'www-authenticate': 'Bearer realm="countersign", error="insufficient_scope", scope="stats:read"',
      },
      body: {
        type: 'urn:countersign:error:AUTH.SCOPE_MISSING',
        title: errorCatalog['AUTH.SCOPE_MISSING'].meaning,
        status: 403,
        detail: 'The key may not do this.',
        instance: '/incidents',
        error_code: 'AUTH.SCOPE_MISSING',
        request_id: 'r1',
        trace_id: 't1',
        remedy: errorCatalog['AUTH.SCOPE_MISSING'].remedy,
        required_scope: 'stats:read',
      },
    });
  });

  it.each(Object.entries(errorCatalog))('answers %s with a 4xx or 5xx of its kind', (code, { kind }) => {
    const { status, body } = problemOf({ code, kind, message: 'm' });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body.status).toBe(status);
    expect(body.error_code).toBe(code);
  });

  it('answers an error that came over the wire as if it had been thrown here', () => {
    const error = new AppError('ORDERS.NOT_OPEN', 'conflict', 'It has ended.', { details: { state: 'expired' } });
    expect(problemOf(JSON.parse(JSON.stringify(toWireError(error))))).toEqual(problemOf(error));
  });

  it('says nothing about a fault', () => {
    for (const fault of [
      new Error('connect postgres://u:hunter2@db'),
      'hunter2',
      null,
      { code: '23505', detail: 'hunter2' },
    ]) {
      const { status, body } = problemOf(fault);
      expect([status, body.error_code, body.detail]).toEqual([500, 'INTERNAL.UNEXPECTED', undefined]);
      expect(JSON.stringify(body)).not.toContain('hunter2');
    }
  });

  it('does not let details overwrite the members of the problem', () => {
    const details = { status: 200, request_id: 'forged', type: 'x', error_code: 'y' };
    const { body } = problemOf(new AppError('ORDERS.NOT_FOUND', 'not-found', 'm', { details }));
    expect(body).toMatchObject({ status: 404, request_id: 'r1', error_code: 'ORDERS.NOT_FOUND' });
  });

  it('asks for a credential on 401', () => {
    const { headers } = problemOf(new AppError('AUTH.MISSING_CREDENTIAL', 'unauthenticated', 'm'));
    expect(headers).toEqual({ 'www-authenticate': 'Bearer realm="countersign"' });
  });

  it('spreads the retries after an outage, and tells exactly when a limit opens', () => {
    const down = (retryAfterSeconds?: number) =>
      problemOf(new AppError('GATEWAY.UNAVAILABLE', 'unavailable', 'm', { retryAfterSeconds })).headers['retry-after'];
    expect([down(), down(10)]).toEqual(['2', '15']);
    const limited = new AppError('GATEWAY.RATE_LIMITED', 'rate-limited', 'm', { retryAfterSeconds: 12.2 });
    expect(problemOf(limited).headers['retry-after']).toBe('13');
  });

  it('names every bad field and what is wanted there, and echoes no value', () => {
    const schema = z.strictObject({
      site_id: z.string().regex(/^[a-z]+$/),
      severity: z.enum(['low', 'high']),
      checks: z.array(z.object({ name: z.string(), at: z.iso.datetime() })),
      count: z.int().max(3),
    });
    const bad = {
      site_id: 'hunter2!',
      severity: 'hunter2',
      checks: [{ name: 7, at: 'hunter2' }],
      count: 1e9,
      passwort: 'hunter2',
    };
    const { status, body } = problemOf(schema.safeParse(bad).error);
    expect([status, body.error_code]).toEqual([400, 'REQUEST.INVALID']);
    expect(body.errors?.map(({ field }) => field)).toEqual([
      'site_id',
      'severity',
      'checks[0].name',
      'checks[0].at',
      'count',
      'passwort',
    ]);
    expect(JSON.stringify(body)).not.toContain('hunter2');
    expect(JSON.stringify(body)).not.toContain('1000000000');
  });

  it('bounds how much it says about a body in which everything is wrong', () => {
    const { error } = z
      .record(z.string(), z.string())
      .safeParse(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`${'k'.repeat(500)}${index}`, 1])));
    const text = JSON.stringify(problemOf(error).body);
    expect(problemOf(error).body.errors).toHaveLength(100);
    expect(text.length).toBeLessThan(40_000);
  });

  it.each([
    [new NotFoundException('Cannot GET /hunter2?key=hunter2'), 404, 'REQUEST.NOT_FOUND'],
    [new PayloadTooLargeException(), 413, 'REQUEST.TOO_LARGE'],
    [new ForbiddenException(), 403, 'AUTH.SCOPE_MISSING'],
    [new BadRequestException('hunter2'), 400, 'REQUEST.INVALID'],
    [Object.assign(new Error('hunter2'), { statusCode: 415 }), 415, 'REQUEST.UNSUPPORTED_MEDIA_TYPE'],
    [
      Object.assign(new Error('hunter2'), { statusCode: 414, code: 'FST_ERR_MAX_PARAM_LENGTH' }),
      400,
      'REQUEST.INVALID',
    ],
    [Object.assign(new Error('hunter2'), { statusCode: 500 }), 500, 'INTERNAL.UNEXPECTED'],
  ])('gives the errors of the frameworks our codes and none of their words: %s', (error, status, code) => {
    const { body } = problemOf(error);
    expect([body.status, body.error_code]).toEqual([status, code]);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });
});
