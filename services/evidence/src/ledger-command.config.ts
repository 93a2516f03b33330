import { z } from 'zod';
import { url } from '@countersign/shared/config';
import { evidenceSettings, refuseVaults } from './evidence.config.ts';

const { shape } = evidenceSettings;

/** What `npm run ledger` needs: the settings of the service, and a role that may make schemas. */
export const ledgerCommandSettings = z
  .object({
    ADMIN_DATABASE_URL: url('postgres:', 'postgresql:')
      .optional()
      .describe('postgres://role:password@host:port/database, a role that may make schemas; not for `check`'),
    DATABASE_URL: shape.DATABASE_URL,
    WORM_RETENTION_DAYS: shape.WORM_RETENTION_DAYS,
    VAULT_DIR: shape.VAULT_DIR,
    S3_ENDPOINT: shape.S3_ENDPOINT,
    S3_BUCKET: shape.S3_BUCKET,
    S3_REGION: shape.S3_REGION,
    S3_ACCESS_KEY: shape.S3_ACCESS_KEY,
    S3_SECRET_KEY: shape.S3_SECRET_KEY,
    LEDGER_SIGNING_KEY: shape.LEDGER_SIGNING_KEY.optional(),
    LEDGER_ORIGIN: shape.LEDGER_ORIGIN,
  })
  .superRefine(refuseVaults);

export type LedgerCommandSettings = z.output<typeof ledgerCommandSettings>;
