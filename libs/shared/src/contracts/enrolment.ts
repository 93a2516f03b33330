import { z } from 'zod';
import { hex, identifier, instant, uuid } from './identifiers.ts';

/** What a site demands of its appliances. Another demand is another field, with a default that demands nothing. */
export const sitePolicy = z.object({
  enrolment: z
    .enum(['optional', 'required'])
    .describe('`required`: only a credential that was given at an enrolment acts for an appliance of the site.'),
  signed_requests: z
    .enum(['optional', 'required'])
    .describe(
      '`required`: each request of an appliance of the site carries a signature of its enrolled key (RFC 9421).',
    ),
});

/** Of a site for which nobody said anything else. */
export const defaultSitePolicy: SitePolicy = { enrolment: 'optional', signed_requests: 'optional' };

export const sitePolicyRequest = sitePolicy
  .partial()
  .refine((demands) => Object.keys(demands).length > 0, 'name at least one demand');

export const sitePolicyResponse = sitePolicy.extend({
  site_id: identifier,
  changed_at: instant.nullable().describe('Null: nobody has set it; what stands here are the defaults.'),
});

const dayInSeconds = 86_400;

export const enrolmentTokenRequest = z.object({
  site_id: identifier,
  host_id: identifier.nullish().describe('Only this appliance may enrol with it; any of the site when absent.'),
  expires_in_seconds: z
    .int()
    .min(60)
    .max(7 * dayInSeconds)
    .default(3_600),
  uses: z.int().min(1).max(100).default(1).describe('How many enrolments; each once more for the same public key.'),
});

export const enrolmentTokenCreated = z.object({
  token_id: uuid,
  token: z.string().describe('Shown once: only its SHA-256 is kept.'),
  site_id: identifier,
  host_id: identifier.nullable(),
  uses: z.int().positive(),
  expires_at: instant,
});

export const enrolmentTokensQuery = z.object({ site_id: identifier.optional() });

export const enrolmentTokensResponse = z.object({
  tokens: z.array(
    enrolmentTokenCreated.omit({ token: true }).extend({
      uses_left: z.int().nonnegative(),
      state: z.enum(['good', 'used', 'expired', 'revoked']),
      created_by: uuid.nullable().describe('The principal; null: the command on the server.'),
      created_at: instant,
      revoked_at: instant.nullable(),
    }),
  ),
  count: z.int().nonnegative(),
});

export const enrolmentTokenParams = z.object({ token_id: uuid });

export const enrolmentTokenRevoked = z.object({ token_id: uuid, revoked_at: instant });

/** What the proof signs beside its purpose; the token goes in as its SHA-256. */
export const enrolRequest = z.object({
  token: z.string().regex(/^cse_[A-Za-z0-9_-]{43}$/, 'an enrolment token'),
  site_id: identifier,
  host_id: identifier,
  public_key: hex(32),
  requested_at: instant.describe('By the clock of the appliance, within five minutes of ours; later in each repeat.'),
  nonce: hex(16),
  proof: hex(64).describe('Ed25519 by the new key over the enrolment statement.'),
});

export const enrolResponse = z.object({
  appliance: z.object({ site_id: identifier, host_id: identifier }),
  epoch: z.int().positive().describe('1 at the first enrolment; orders name it.'),
  enrolled_at: instant,
  credential: z.object({
    id: uuid,
    key: z.string().describe('API key for this appliance only. Shown once: only its SHA-256 is kept.'),
  }),
  server_public_keys: z.array(hex(32)).describe('What signs orders: current key first, then the previous one.'),
  ledger_key: z.string().nullable().describe('C2SP vkey of the ledger; null while it does not answer.'),
});

const token = { token_id: uuid, site_id: identifier };

export const enrolmentTokenCreatedEvent = z.object({
  ...token,
  host_id: identifier.nullable(),
  uses: z.int().positive(),
  expires_at: instant,
  created_by: uuid.nullable(),
  created_at: instant,
});

export const enrolmentTokenRevokedEvent = z.object({
  ...token,
  revoked_by: uuid.nullable(),
  revoked_at: instant,
});

export const enrolmentTokenUsedEvent = z.object({
  ...token,
  host_id: identifier,
  enrolment_id: uuid,
  public_key: hex(32),
  epoch: z.int().positive(),
  principal_id: uuid.describe('Whom the new credential stands for.'),
  key_id: uuid.describe('The new credential.'),
  used_at: instant,
});

export const sitePolicyChanged = sitePolicy.extend({
  site_id: identifier,
  changed_by: uuid,
  changed_at: instant,
});

export const applianceEnrolled = z.object({
  site_id: identifier,
  host_id: identifier,
  public_key: hex(32),
  epoch: z.int().positive(),
  previous_key_id: hex(8).nullable().describe('Of the key that signed until now; null: there was none.'),
  cancelled_orders: z.int().nonnegative().describe('Open orders of the epoch before, which have ended with this.'),
  enrolment_id: uuid,
  token_id: uuid,
  authorised_by: uuid.nullable().describe('Who made the token; null: the command on the server.'),
  enrolled_at: instant,
});

/** The gateway asks this of orders once a token was claimed. The same id gives the same answer. */
export const enrolApplianceRequest = applianceEnrolled
  .pick({ site_id: true, host_id: true, public_key: true, enrolment_id: true, token_id: true, authorised_by: true })
  .extend({ traceparent: z.string().optional() });

export const enrolApplianceResponse = z.object({
  epoch: z.int().positive(),
  enrolled_at: instant,
  server_public_keys: z.array(hex(32)),
});

export type SitePolicy = z.output<typeof sitePolicy>;
export type SitePolicyResponse = z.output<typeof sitePolicyResponse>;
export type EnrolmentTokenRequest = z.output<typeof enrolmentTokenRequest>;
export type EnrolmentTokenCreated = z.output<typeof enrolmentTokenCreated>;
export type EnrolmentTokensResponse = z.output<typeof enrolmentTokensResponse>;
export type EnrolRequest = z.output<typeof enrolRequest>;
export type EnrolResponse = z.output<typeof enrolResponse>;
export type ApplianceEnrolled = z.output<typeof applianceEnrolled>;
