import type { IncomingMessage } from 'node:http';
import { newId } from '../kernel/index.ts';

const acceptable = /^[A-Za-z0-9._-]{1,128}$/;

/** The id that the caller gave in `x-request-id`, unless it could break a log or a header; else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && acceptable.test(given) ? given : newId();
}
