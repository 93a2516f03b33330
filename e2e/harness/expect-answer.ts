import { errorCatalog } from '@countersign/shared/contracts';
import { expect } from 'vitest';
import type { Answer } from './call.ts';

/** What every answer carries, so that a person can ask about it. */
export function expectTraceable({ headers }: Answer): void {
  expect(headers.get('x-request-id')).toMatch(/^[\w.-]{1,128}$/);
  expect(headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
}

/** Status and code of an RFC 9457 problem that says all it must, and no more about us than it may. */
export function problemOf(answer: Answer): [status: number, code: string] {
  const { status, headers, body, text } = answer;
  expect(headers.get('content-type'), text).toMatch(/^application\/problem\+json/);
  expect(Object.keys(errorCatalog)).toContain(body.error_code);
  expectTraceable(answer);
  const traceId = headers.get('traceparent')!.split('-')[1];
  expect(body).toMatchObject({ status, request_id: headers.get('x-request-id'), trace_id: traceId });
  expect(text).not.toMatch(/node_modules|\.[jt]s:\d|select |insert into/i);
  return [status, body.error_code];
}
