import { z } from 'zod';
import { instant } from './identifiers.ts';
import type { PrincipalLimit } from './limit-policies.ts';
import type { RouteContract } from './route-contract.ts';

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
    fleetOnly: true,
    responses: [limitsResponse],
    audited: 'administration',
  },
  readMetrics: {
    method: 'GET',
    path: '/metrics',
    summary: 'The same as metrics, in the text format of Prometheus.',
    scope: 'limits:read',
    site: null,
    fleetOnly: true,
    responses: [],
    audited: 'administration',
    produces: 'text/plain; charset=utf-8',
  },
} as const satisfies Record<string, RouteContract>;
