import { z } from 'zod';
import { commonSettings, integer, secret, url } from '@countersign/shared/config';

const needed = ['S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'] as const;

export const evidenceSettings = z
  .object({
    ...commonSettings,
    WORM_RETENTION_DAYS: integer({ min: 1, max: 36_500 })
      .default(2_192)
      .describe('days that evidence is locked for, 1 to 36500; HIPAA asks for six years'),
    VAULT_DIR: z.string().min(1).optional().describe('the folder of the vault, when there is no S3'),
    S3_ENDPOINT: url('http:', 'https:').optional().describe('the URL of an S3 store with Object Lock'),
    S3_BUCKET: z.string().min(3).max(63).optional().describe('the name of the bucket'),
    S3_REGION: z.string().min(1).default('us-east-1').describe('the region of the bucket'),
    S3_ACCESS_KEY: secret().optional().describe('the access key of the store'),
    S3_SECRET_KEY: secret().optional().describe('the secret key of the store'),
    LEDGER_SIGNING_KEY: secret().describe(
      'the Ed25519 key that checkpoints are signed with, not that of orders: 64 hex or PKCS#8; best as LEDGER_SIGNING_KEY_FILE',
    ),
    LEDGER_SIGNING_KEY_PASSPHRASE: secret()
      .optional()
      .describe('what opens an encrypted LEDGER_SIGNING_KEY; best as LEDGER_SIGNING_KEY_PASSPHRASE_FILE'),
    LEDGER_ORIGIN: z
      .string()
      .regex(/^[!-*,-~]{1,200}$/)
      .default('countersign.localhost/ledger')
      .describe('the name of the ledger for all time, a URL without scheme: no spaces, no plus'),
    LEDGER_INTERVAL_MS: integer({ min: 50, max: 60_000 })
      .default(500)
      .describe('milliseconds between two checkpoints at least'),
    LEDGER_TSA_URL: url('http:', 'https:')
      .optional()
      .describe('an RFC 3161 authority that stamps checkpoints; none by default'),
    LEDGER_TSA_CA: z.string().optional().describe('certificates in PEM that the authority is trusted by'),
    LEDGER_TSA_MINUTES: integer({ min: 1, max: 10_080 }).default(60).describe('minutes between two timestamps'),
    SCRUB_OBJECTS_PER_SECOND: integer({ min: 1, max: 100_000 })
      .default(20)
      .describe('the pace of the scrubber: objects of the vault that it reads in a second'),
    SCRUB_REST_SECONDS: integer({ min: 1, max: 604_800 })
      .default(300)
      .describe('seconds between two rounds of the scrubber'),
  })
  .superRefine((settings, context) => {
    refuseVaults(settings, context);
    const complain = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    if (settings.LEDGER_TSA_URL !== undefined && settings.LEDGER_TSA_CA === undefined) {
      complain('LEDGER_TSA_CA', 'LEDGER_TSA_URL needs it: a timestamp of nobody in particular proves nothing');
    }
  });

export type EvidenceSettings = z.output<typeof evidenceSettings>;

/** Complains of no vault, of two, and of one that lacks something. */
export function refuseVaults(
  settings: { [Name in (typeof needed)[number] | 'VAULT_DIR' | 'S3_ENDPOINT']?: string | undefined },
  context: z.RefinementCtx,
): void {
  const complain = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
  if ((settings.VAULT_DIR === undefined) === (settings.S3_ENDPOINT === undefined)) {
    complain('VAULT_DIR', 'set exactly one of VAULT_DIR and S3_ENDPOINT: there is one vault');
  }
  if (settings.S3_ENDPOINT === undefined) return;
  for (const name of needed) if (settings[name] === undefined) complain(name, 'S3_ENDPOINT needs it');
}
