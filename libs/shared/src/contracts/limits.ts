import { z } from 'zod';
import { instant } from './identifiers.ts';
import type { RouteContract } from './route-contract.ts';

/**
 * Every limit of the gateway, by its name in the settings: what is counted, and for whom. A limit per principal that is
 * `leased` is for what appliances do all day: it costs a question per sixtieth of the limit, and is refused with a 503, which
 * their clients repeat, in place of a 429, after which those in the field drop what they had.
 */
export const limitPolicies = {
  'site-reports': { per: 'site', counts: 'incidents, and by themselves drifts, that a site reports' },
  'failed-requests': { per: 'address', counts: 'requests that failed and were not authenticated' },
  reads: { per: 'principal', counts: 'reads: lists, states, proofs, statistics' },
  'ledger-reads': { per: 'principal', counts: 'tiles and entries of the ledger' },
  changes: { per: 'principal', counts: 'what people change: retention, keys, enrolments' },
  exports: { per: 'principal', counts: 'auditor kits' },
  'appliance-requests': {
    per: 'principal',
    leased: true,
    counts: 'check-ins, polls, acknowledgements, reports, evidence',
  },
} as const satisfies Record<string, { per: 'site' | 'address' | 'principal'; leased?: true; counts: string }>;

export type LimitPolicyName = keyof typeof limitPolicies;
export type PrincipalLimit = Exclude<LimitPolicyName, 'site-reports' | 'failed-requests'>;

/** The limit per principal of a route. A route that names none is limited all the same. */
export const limitOfRoute = ({ limit, method }: Pick<RouteContract, 'limit' | 'method'>): PrincipalLimit =>
  limit ?? (method === 'GET' ? 'reads' : 'changes');

const count = z.int().nonnegative();

export const limitsResponse = z.object({
  policies: z.array(
    z.object({
      policy: z.string(),
      per: z.enum(['site', 'address', 'principal']),
      counts: z.string(),
      limit: count,
      window_seconds: count,
      allowed: count.describe('Requests that this gateway let pass since it started.'),
      blocked: count.describe('Requests that it refused.'),
    }),
  ),
  limiter: z.object({
    available: z.boolean().describe('The store of the counts answered last time.'),
    degraded: z.boolean().describe('It failed three times in a row: what needs it is refused with 503.'),
    failure_count: count.describe('Failures in a row.'),
    last_failure: instant.nullable(),
    blocked_addresses: count.describe('Addresses that are turned away now.'),
  }),
  top_violators: z
    .array(z.object({ policy: z.string(), subject: z.string(), blocked: count }))
    .describe('Who was refused most by this gateway since it started. Of an address the network only: /24 or /48.'),
  timestamp: instant,
});

export type LimitsResponse = z.output<typeof limitsResponse>;

/** What the limits do, for whoever runs the system. */
export const limitRoutes = {
  readLimits: {
    method: 'GET',
    path: '/limits',
    summary:
      'Every limit with what it let pass and refused, and whether the limiter works. Of the gateway that answers.',
    scope: 'limits:read',
    site: null,
    responses: [limitsResponse],
  },
  readMetrics: {
    method: 'GET',
    path: '/metrics',
    summary: 'The same as metrics, in the text format of Prometheus.',
    scope: 'limits:read',
    site: null,
    responses: [],
    produces: 'text/plain; charset=utf-8',
  },
} as const satisfies Record<string, RouteContract>;
