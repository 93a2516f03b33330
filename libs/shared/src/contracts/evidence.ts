import { z } from 'zod';
import { hex, identifier, instant, jsonObject, orderId, uuid } from './identifiers.ts';

export const outcome = z.enum(['success', 'failed', 'reverted', 'deferred', 'alert', 'rejected', 'expired']);

/** A bundle id becomes part of a vault key. */
export const bundleId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, '1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit');

/** Nothing ends before it begins; a bundle that says so says nothing that can be relied on. */
const endsAfterItStarts = (bundle: { timestamp_start: string; timestamp_end: string }): boolean =>
  !(Date.parse(bundle.timestamp_end) < Date.parse(bundle.timestamp_start));
const inOrder = { path: ['timestamp_end'], error: 'lies before timestamp_start' };

/**
 * The JSON form of a bundle. Fields beyond these are kept and signed over, for the document is stored as it came.
 * `signature` covers `signed_data` when that is sent (and then every field must be equal in it), else the canonical
 * string of the request without `signature`.
 */
export const evidenceRequest = z
  .looseObject({
    bundle_id: bundleId,
    site_id: identifier,
    host_id: identifier,
    order_id: orderId.nullish(),
    check_type: z.string().min(1).max(100),
    outcome,
    pre_state: jsonObject.nullish(),
    post_state: jsonObject.nullish(),
    actions_taken: z.array(jsonObject).max(1000).nullish(),
    hipaa_controls: z.array(z.string().min(1).max(100)).max(64).nullish(),
    rollback_available: z.boolean().nullish(),
    rollback_generation: z.number().nullish(),
    timestamp_start: instant,
    timestamp_end: instant,
    policy_version: z.string().max(255).nullish(),
    nixos_revision: z.string().max(255).nullish(),
    ntp_offset_ms: z.number().nullish(),
    error: z.string().max(10_000).nullish(),
    signature: z.string().max(200).nullish(),
    signed_data: z.string().nullish(),
  })
  .refine(endsAfterItStarts, inOrder);

/** The file that the uploader in the field sends names two fields otherwise; both spellings are read. */
export const uploadedBundle = z
  .looseObject({
    bundle_id: bundleId,
    site_id: identifier,
    host_id: identifier,
    order_id: orderId.nullish(),
    check_type: z.string().min(1).max(100).nullish(),
    check: z.string().min(1).max(100).nullish(),
    outcome,
    hipaa_controls: z.array(z.string().min(1).max(100)).max(64).nullish(),
    timestamp_start: instant,
    timestamp_end: instant,
  })
  .refine(endsAfterItStarts, inOrder);

export const evidenceResponse = z.object({
  status: z.literal('received'),
  bundle_id: bundleId,
  evidence_id: uuid,
  s3_uri: z.string().nullable().describe('Where the vault keeps it; null until it is sealed there.'),
  timestamp: instant,
});

export const uploadResponse = z.object({
  status: z
    .enum(['uploaded', 'received'])
    .describe('`uploaded` once sealed in the vault; `received` when that takes longer.'),
  bundle_id: bundleId,
  bundle_uri: z.string().nullable(),
  signature_uri: z.string().nullable(),
  retention_until: instant.nullable(),
  retention_days: z.int(),
  timestamp: instant,
});

export const evidencePageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});

/** How far a bundle is: in the database, in the vault, read back from there, in a published checkpoint. */
export const evidenceState = z.enum(['accepted', 'stored', 'sealed', 'ledgered']);

export const bundleParams = z.object({ site_id: identifier, bundle_id: bundleId });

/** One bundle, as of now. */
export const evidenceDetail = z.object({
  evidence_id: uuid,
  bundle_id: bundleId,
  site_id: identifier,
  host_id: identifier,
  order_id: orderId.nullable(),
  check_type: z.string(),
  outcome,
  position: z.int().positive(),
  digest: hex(32),
  previous_link_hash: hex(32),
  link_hash: hex(32),
  signature: z.string().nullable(),
  public_key: hex(32).nullable(),
  state: evidenceState,
  accepted_at: instant,
  stored_at: instant.nullable(),
  sealed_at: instant.nullable(),
  ledgered_at: instant.nullable(),
  leaf_index: z.int().nonnegative().nullable(),
  uri: z.string().nullable(),
  version_id: z.string().nullable(),
  retain_until: instant.nullable(),
  legal_hold: z.boolean(),
});

const reason = z.string().trim().min(3).max(1_000).describe('For the auditor: why.');
export const legalHoldRequest = z.object({ hold: z.boolean(), reason });
export const retentionRequest = z.object({ retain_until: instant, reason });

export const retentionResponse = z.object({
  bundle_id: bundleId,
  evidence_id: uuid,
  retain_until: instant,
  legal_hold: z.boolean(),
  timestamp: instant,
});

/** Server time, from inclusive, to exclusive. */
export const kitQuery = z.object({
  from: instant,
  to: instant,
  head: z.coerce.number().int().min(1).optional().describe('Size of a published checkpoint; the newest when absent.'),
});

const ofBundle = { evidence_id: uuid, bundle_id: bundleId, site_id: identifier, principal_id: uuid, reason };
export const retentionExtended = z.object({
  ...ofBundle,
  previous_until: instant,
  retain_until: instant,
  changed_at: instant,
});
export const legalHoldChanged = z.object({ ...ofBundle, hold: z.boolean(), changed_at: instant });

export const evidencePage = z.object({
  site_id: identifier,
  evidence: z.array(
    z.object({
      bundle_id: bundleId,
      evidence_id: uuid,
      position: z.int().positive(),
      check_type: z.string(),
      outcome,
      timestamp_start: instant,
      timestamp_end: instant,
      hipaa_controls: z.array(z.string()),
      order_id: orderId.nullable(),
      state: evidenceState,
      s3_uri: z.string().nullable(),
      accepted_at: instant,
      stored_at: instant.nullable(),
      sealed_at: instant.nullable(),
      ledgered_at: instant.nullable(),
      link_hash: hex(32),
      signature: z.string().nullable().describe('The first 32 characters and "...".'),
    }),
  ),
  count: z.int().nonnegative(),
});

export const evidenceSubmitted = z.object({
  evidence_id: uuid,
  bundle_id: bundleId,
  site_id: identifier,
  host_id: identifier,
  order_id: orderId.nullable(),
  check_type: z.string(),
  outcome,
  hipaa_controls: z.array(z.string()),
  timestamp_start: instant,
  timestamp_end: instant,
  document: z.string().describe('The exact text that is signed, chained and kept in the vault.'),
  digest: hex(32).describe('SHA-256 of `document` in UTF-8.'),
  signature: z.string().nullable(),
  channel: z.enum(['json', 'upload']),
  submitted_at: instant,
  principal_id: uuid,
});

export const evidenceRecorded = z.object({
  evidence_id: uuid,
  bundle_id: bundleId,
  site_id: identifier,
  host_id: identifier,
  order_id: orderId.nullable(),
  outcome,
  position: z.int().positive(),
  digest: hex(32),
  link_hash: hex(32),
  uri: z.string(),
  version_id: z.string(),
  retain_until: instant,
  recorded_at: instant,
  clock_behind_seconds: z
    .int()
    .positive()
    .optional()
    .describe('By how much its end lay behind the server time at which it was handed in; only beyond an hour.'),
});

export const evidenceRefused = z.object({
  bundle_id: bundleId,
  site_id: identifier,
  host_id: identifier,
  digest: hex(32),
  error_code: z.string(),
  refused_at: instant,
});

export type EvidenceRequest = z.output<typeof evidenceRequest>;
export type UploadedBundle = z.output<typeof uploadedBundle>;
export type EvidenceResponse = z.output<typeof evidenceResponse>;
export type UploadResponse = z.output<typeof uploadResponse>;
export type EvidenceDetail = z.output<typeof evidenceDetail>;
export type EvidenceState = z.output<typeof evidenceState>;
export type RetentionResponse = z.output<typeof retentionResponse>;
export type EvidencePage = z.output<typeof evidencePage>;
export type EvidenceSubmitted = z.output<typeof evidenceSubmitted>;
export type EvidenceRecorded = z.output<typeof evidenceRecorded>;
export type EvidenceRefused = z.output<typeof evidenceRefused>;
export type Outcome = z.output<typeof outcome>;
