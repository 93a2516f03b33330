import { z } from 'zod';
import { commonSettings, integer, secret } from '@countersign/shared/config';

/** What the keys command has to know too. */
export const orderKeySettings = {
  APPLIANCE_SILENT_MINUTES: integer({ min: 1, max: 43_200 })
    .default(60)
    .describe('minutes without a check-in after which an appliance is silent'),
  ORDER_KEYS_DIR: z
    .string()
    .min(1)
    .optional()
    .describe('a folder of keys that orders are signed with, one a file; a new file begins a rotation'),
  ORDER_SIGNING_KEY_PASSPHRASE: secret()
    .optional()
    .describe('what opens encrypted keys of orders; best as ORDER_SIGNING_KEY_PASSPHRASE_FILE'),
};

export const ordersSettings = z
  .object({
    ...commonSettings,
    ORDER_TTL_SECONDS: integer({ min: 1, max: 86_400 }).default(900).describe('seconds that an order is good for'),
    EXECUTION_LIMIT_SECONDS: integer({ min: 1, max: 604_800 })
      .default(1_800)
      .describe('seconds from acknowledge to evidence, after which an order expires'),
    EXPIRY_SWEEP_MS: integer({ min: 50, max: 60_000 })
      .default(1_000)
      .describe('milliseconds between two looks for overdue orders and silent appliances'),
    ...orderKeySettings,
    ORDER_SIGNING_KEY: secret()
      .optional()
      .describe(
        'the Ed25519 key that orders are signed with, 64 hex or PKCS#8, when there is no folder; best as ORDER_SIGNING_KEY_FILE',
      ),
    ORDER_KEY_ANNOUNCE_SECONDS: integer({ min: 0, max: 604_800 })
      .default(3_600)
      .describe('seconds after which a new key signs though not every appliance that is alive knows it'),
  })
  .superRefine((settings, context) => {
    if (settings.ORDER_KEYS_DIR ?? settings.ORDER_SIGNING_KEY) return;
    context.addIssue({ code: 'custom', path: ['ORDER_SIGNING_KEY'], message: 'set it or ORDER_KEYS_DIR' });
  });

export type OrdersSettings = z.output<typeof ordersSettings>;
