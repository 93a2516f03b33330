import type { z } from 'zod';
import type { PrincipalLimit } from './limit-policies.ts';
import type { Scope } from './principal.ts';

/** Actions that are counted per site: N requests in any window. */
export const limitedActions = ['incidents', 'drift'] as const;
export type LimitedAction = (typeof limitedActions)[number];

export interface RouteContract {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  summary: string;
  /** What the principal must be allowed to do; null only for health, public keys and enrolment. */
  scope: Scope | null;
  /** Where the request names its site; the principal's site must be the same. Null: no site in the request. */
  site: 'body' | 'path' | 'header' | 'query' | null;
  /** The answer tells of many sites: not for a principal that is bound to one. */
  fleetOnly?: true;
  body?: z.ZodType;
  query?: z.ZodType;
  /** Each schema is one possible 200; none: the answer is not JSON, see `produces`. */
  responses: readonly z.ZodType[];
  /** Media type of an answer that is not JSON; with `responses`, of another form that `Accept` may ask for. */
  produces?: string;
  limited?: LimitedAction;
  /** How often a principal may come; absent: `reads` or `changes`, as the method says. */
  limit?: PrincipalLimit;
  /** An enrolled appliance signs each request here, whatever its site demands. */
  signedOnceEnrolled?: boolean;
  /** A repeat returns the first answer: by `Idempotency-Key` or by what is sent. */
  idempotent?: boolean;
  /** Most bytes of a body. */
  maxBytes?: number;
  multipart?: boolean;
  /** A good answer is written down: somebody read evidence, or what is for those who run the system. */
  audited?: 'evidence' | 'administration';
  /** The body is kept as it came, so integers beyond 2^53 may stand in it; elsewhere they would become others. */
  keepsText?: true;
}
