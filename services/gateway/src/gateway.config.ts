import { z } from 'zod';
import { limits } from './limits.config.ts';
import { complainOfTransport, transportSettings } from './transport.config.ts';
import { commonSettings, integer, secret, url } from '@countersign/shared/config';

const asymmetricAlgorithms = ['EdDSA', 'ES256', 'RS256', 'PS256'] as const;
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whoever can change what comes over the wire could choose the keys. */
const isSafeUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  return username === '' && password === '' && (protocol === 'https:' || loopback.test(hostname));
};

/** What tokens are verified with; the keys command makes tokens with the first three. */
export const tokenSettings = {
  JWT_SECRET: secret()
    .min(32)
    .optional()
    .describe('a secret of at least 32 characters, for tokens of HS256; 64 random hex are best'),
  JWT_AUDIENCE: z.string().min(1).max(255).default('countersign').describe('what the `aud` of a token must be'),
  JWT_ISSUER: z.string().min(1).max(1_024).optional().describe('what the `iss` of a token of HS256 must be'),
  JWKS: z.string().min(1).optional().describe("the issuer's public keys, a JSON Web Key Set; see JWKS_URL"),
  JWKS_URL: url('https:', 'http:')
    .refine(isSafeUrl, 'https unless it is on this machine, without a password in it')
    .optional()
    .describe("where the issuer's public keys are: an https URL (http on this machine only)"),
  JWKS_ISSUER: z
    .string()
    .min(1)
    .max(1_024)
    .optional()
    .describe('what the `iss` of a token with one of these keys must be'),
  JWKS_ALGORITHMS: z
    .string()
    .default(asymmetricAlgorithms.join(','))
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(asymmetricAlgorithms)))
    .describe(`some of ${asymmetricAlgorithms.join(',')}, with commas between them`),
  JWKS_STALE_SECONDS: integer({ min: 5, max: 604_800 })
    .default(3_600)
    .describe('seconds that known keys are good while JWKS_URL does not answer'),
};

const settings = z.object({
  ...commonSettings,
  ...tokenSettings,
  PORT: integer({ min: 0, max: 65_535 }).default(8000).describe('the port of the REST API, 0 for any free one'),
  RATE_LIMIT_REQUESTS: integer({ min: 1, max: 1_000_000_000 })
    .optional()
    .describe('reports that a site may make per action and window, in place of what LIMITS says'),
  RATE_LIMIT_WINDOW: integer({ min: 1, max: 86_400 }).optional().describe('the length of that window in seconds'),
  LIMITS: limits.describe('policies in JSON as in services/gateway/limits.json; best as LIMITS_FILE'),
  ...transportSettings,
  SIGNATURE_WINDOW_SECONDS: integer({ min: 30, max: 600 })
    .default(300)
    .describe('seconds that the clock of a signed request may differ from ours, before or after'),
  REPLY_WAIT_MS: integer({ min: 0, max: 10_000 })
    .default(2_000)
    .describe('milliseconds to wait for the order before the answer goes out without it'),
  INTAKE_BACKLOG_LIMIT: integer({ min: 1, max: 10_000_000 })
    .default(20_000)
    .describe('batches that may wait for the broker before intake answers 503'),
  AUDIT_WINDOW_SECONDS: integer({ min: 1, max: 300 })
    .default(10)
    .describe('seconds in which equal refusals are one event of the audit'),
  AUDIT_EVENTS_PER_MINUTE: integer({ min: 2, max: 10_000 })
    .default(60)
    .describe('events about refused strangers per minute; what goes beyond is told by caller or by code only'),
  WORM_RETENTION_DAYS: integer({ min: 1, max: 36_500 }).default(2_192).describe('days that evidence is locked for'),
});

export const gatewaySettings = settings
  .superRefine((given, context) =>
    complainOfTransport(given, (name, message) => context.addIssue({ code: 'custom', path: [name], message })),
  )
  .refine((given) => given.JWT_SECRET !== undefined || given.JWKS_ISSUER !== undefined, {
    path: ['JWT_SECRET'],
    error: 'without JWKS_ISSUER no start without it',
  })
  .refine((given) => given.JWKS === undefined || given.JWKS_URL === undefined, 'set JWKS or JWKS_URL, not both')
  .refine((given) => (given.JWKS ?? given.JWKS_URL) === undefined || given.JWKS_ISSUER !== undefined, {
    path: ['JWKS_ISSUER'],
    error: 'JWKS and JWKS_URL need it',
  })
  .refine((given) => given.JWKS_ISSUER === undefined || (given.JWKS ?? given.JWKS_URL) !== undefined, {
    path: ['JWKS_ISSUER'],
    error: 'it needs JWKS or JWKS_URL',
  });

export type GatewaySettings = z.output<typeof gatewaySettings>;
