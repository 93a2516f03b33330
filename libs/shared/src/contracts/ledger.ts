import { z } from 'zod';
import { hex, identifier, instant, jsonObject, orderId, uuid } from './identifiers.ts';

/** Subject of an event that concerns no site. No site can be called so. */
export const fleetSubject = '-';

/** 32 bytes in base64 (RFC 4648 section 4), as C2SP texts spell hashes. */
export const hashText = z.string().regex(/^[A-Za-z0-9+/]{43}=$/, 'base64 of 32 bytes');

const size = z.int().nonnegative();

export const ledgerHead = z.object({
  size,
  checkpoint: z.string().nullable().describe('C2SP tlog-checkpoint, a signed note; null while nothing is published.'),
  published_at: instant.nullable(),
});

export const consistencyQuery = z.object({
  from: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  to: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
});

export const consistencyResponse = z.object({
  from: size,
  to: size,
  proof: z.array(hashText).describe('RFC 6962 section 2.1.2, in its order.'),
  to_checkpoint: z.string().describe('The newest checkpoint; its size is `to` when no `to` was asked for.'),
});

export const proofResponse = z.object({
  leaf_index: size,
  leaf: z.string().describe('The canonical CloudEvent; its UTF-8 bytes are the entry of the log.'),
  proof: z.string().describe('C2SP tlog-proof: inclusion of the leaf in the checkpoint inside.'),
});

export const provableKinds = ['evidence', 'order', 'incident'] as const;

/** A tile as C2SP tlog-tiles names it. */
export const tileQuestion = z.object({
  level: z.int().min(0).max(63),
  index: size,
  width: z.int().min(1).max(256),
});

/** What an appliance says of the ledger when it checks in, and what it gets: see the witness. */
export const witnessReport = z.object({
  seen_size: size.describe('Size of the newest checkpoint that it verified; 0: none yet.'),
  cosignature: z
    .string()
    .max(1_000)
    .nullish()
    .describe('C2SP cosignature/v1 line over that checkpoint, made with its enrolled key.'),
});

export const witnessAnswer = z.object({
  checkpoint: z.string().nullable().describe('The newest checkpoint; null while nothing is published.'),
  consistency: z
    .array(hashText)
    .nullable()
    .describe('From `seen_size` to this checkpoint; null when `seen_size` is beyond it, or nothing was said.'),
  cosignature: z.enum(['none', 'kept', 'refused']),
});

export const keyCreated = z.object({ key_id: hex(8), public_key: hex(32), created_at: instant });

export const keyRotated = z.object({
  key_id: hex(8),
  public_key: hex(32),
  previous_key_id: hex(8),
  previous_public_key: hex(32),
  rotated_at: instant,
  previous_retires_at: instant.optional().describe('From then on no appliance is told the previous key any more.'),
});

export const ledgerKeyCreated = z.object({
  verifier_key: z.string().describe('C2SP vkey: name, key id and public key.'),
  created_at: instant,
});

export const principalCreated = z.object({
  principal_id: uuid,
  kind: z.string(),
  name: z.string(),
  site_id: identifier.nullable(),
  host_id: identifier.optional().describe('The only appliance that it acts for; absent: any of the site.'),
  scopes: z.array(z.string()),
  namespace: z.string().optional(),
  expires_at: instant.optional().describe('When its first credential ends; absent: never.'),
  created_at: instant,
});

export const principalRevoked = z.object({
  principal_id: uuid,
  kind: z.string(),
  site_id: identifier.nullable(),
  key_id: uuid,
  revoked_at: instant,
});

export const deadLetterRedriven = z.object({
  dead_letter_id: z.string(),
  consumer: z.string(),
  event_id: z.string(),
  event_type: z.string(),
  redriven_at: instant,
});

export const integrityFault = z.object({
  fault_id: uuid,
  kind: z.string().describe('What is wrong, for programs: `object-changed`, `row-missing` ...'),
  item: z.string().describe('What it is wrong with: a vault key with its version, a row, a tile.'),
  site_id: identifier.nullable(),
  detail: z.string(),
  facts: jsonObject,
  found_at: instant,
});

const box = { site_id: identifier, host_id: identifier };
export const applianceSilent = z.object({ ...box, last_checkin: instant, noticed_at: instant });
export const applianceReturned = z.object({ ...box, silent_since: instant, returned_at: instant });

export const orderParams = z.object({ site_id: identifier, order_id: orderId });
export const incidentParams = z.object({ site_id: identifier, incident_id: uuid });

export type LedgerHead = z.output<typeof ledgerHead>;
export type ConsistencyResponse = z.output<typeof consistencyResponse>;
export type ProofResponse = z.output<typeof proofResponse>;
export type WitnessReport = z.output<typeof witnessReport>;
export type WitnessAnswer = z.output<typeof witnessAnswer>;
export type IntegrityFault = z.output<typeof integrityFault>;
