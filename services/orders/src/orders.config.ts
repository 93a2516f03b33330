import { z } from 'zod';
import { commonSettings, integer, secret } from '@countersign/shared/config';

export const ordersSettings = z.object({
  ...commonSettings,
  ORDER_TTL_SECONDS: integer({ min: 1, max: 86_400 }).default(900).describe('seconds that an order is good for'),
  EXECUTION_LIMIT_SECONDS: integer({ min: 1, max: 604_800 })
    .default(1_800)
    .describe('seconds from acknowledge to evidence, after which an order expires'),
  EXPIRY_SWEEP_MS: integer({ min: 50, max: 60_000 })
    .default(1_000)
    .describe('milliseconds between two looks for overdue orders and silent appliances'),
  APPLIANCE_SILENT_MINUTES: integer({ min: 1, max: 43_200 })
    .default(60)
    .describe('minutes without a check-in after which an appliance is silent'),
  ORDER_SIGNING_KEY: secret().describe(
    'the Ed25519 seed that orders are signed with, 64 hex; best as ORDER_SIGNING_KEY_FILE',
  ),
  ORDER_PREVIOUS_KEY: z
    .string()
    .optional()
    .describe('the previous PUBLIC key while a rotation lasts, 64 hex; appliances accept both'),
});

export type OrdersSettings = z.output<typeof ordersSettings>;
