import { z } from 'zod';
import { commonSettings, integer } from '@countersign/shared/config';

export const gatewaySettings = z.object({
  ...commonSettings,
  PORT: integer({ min: 0, max: 65_535 }).default(8000).describe('the port of the REST API, 0 for any free one'),
  RATE_LIMIT_REQUESTS: integer({ min: 1, max: 1_000_000_000 })
    .default(10)
    .describe('reports that a site may make per action and window'),
  RATE_LIMIT_WINDOW: integer({ min: 1, max: 86_400 }).default(300).describe('the length of the window in seconds'),
  REPLY_WAIT_MS: integer({ min: 0, max: 10_000 })
    .default(2_000)
    .describe('milliseconds to wait for the order before the answer goes out without it'),
  INTAKE_BACKLOG_LIMIT: integer({ min: 1, max: 10_000_000 })
    .default(20_000)
    .describe('batches that may wait for the broker before intake answers 503'),
  WORM_RETENTION_DAYS: integer({ min: 1, max: 36_500 }).default(2_192).describe('days that evidence is locked for'),
});

export type GatewaySettings = z.output<typeof gatewaySettings>;
