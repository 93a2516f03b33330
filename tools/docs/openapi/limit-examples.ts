import type { RouteName } from '@countersign/shared/contracts';
import { exampleNames } from './example-names.ts';
import type { Example } from './example.ts';

const { timestamp } = exampleNames;

/** What the limits say of themselves. */
export const limitExamples = {
  readLimits: {
    responses: {
      limits: {
        policies: [
          {
            policy: 'failed-requests',
            per: 'address',
            counts: 'requests that failed and were not authenticated',
            limit: 100,
            window_seconds: 900,
            allowed: 112,
            blocked: 4_380,
          },
        ],
        limiter: { available: true, degraded: false, failure_count: 0, last_failure: null, blocked_addresses: 1 },
        top_violators: [{ policy: 'failed-requests', subject: '203.0.113.0/24', blocked: 4_380 }],
        timestamp,
      },
    },
  },
  readMetrics: {
    responses: {},
    text: 'rate_limit_requests_total{policy="reads",status="allowed"} 5120\nrate_limiter_degraded 0\n',
  },
} satisfies Partial<Record<RouteName, Example>>;
