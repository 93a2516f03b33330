import { errorCatalog } from '@countersign/shared/contracts';
import { expect } from 'vitest';
import type { Answer } from './call.ts';

/** What every answer carries, so that a person can ask about it. */
export function expectTraceable({ headers }: Answer): void {
  expect(headers.get('x-request-id')).toMatch(/^[\w.-]{1,128}$/);
  expect(headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
}

/** An RFC 9457 problem with this status, whose code the catalogue knows, and no more about us than it may say. */
export function expectProblem(answer: Answer, status: number, code?: string): void {
  const { headers, body, text } = answer;
  expect(answer.status, text).toBe(status);
  expect(headers.get('content-type'), text).toMatch(/^application\/problem\+json/);
  expect(Object.keys(errorCatalog)).toContain(body.error_code);
  if (code !== undefined) expect(body.error_code, text).toBe(code);
  expectTraceable(answer);
  const traceId = headers.get('traceparent')!.split('-')[1];
  expect(body).toMatchObject({ status, request_id: headers.get('x-request-id'), trace_id: traceId });
  expect(text).not.toMatch(/node_modules|\.[jt]s:\d|select |insert into/i);
}
