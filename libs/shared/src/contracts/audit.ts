import { z } from 'zod';
import { hex, identifier, instant, uuid } from './identifiers.ts';
import { fleetSubject } from './ledger.ts';

/** Who asked for what, and how it was found again: the same in all events of the audit. */
const asked = {
  principal_id: uuid.nullable().describe('Null: the request was not authenticated.'),
  principal_kind: z.string().nullable(),
  method: z.string().nullable(),
  route: z.string().nullable().describe('Name in the route catalogue; null: no route of ours, or several.'),
  site_asked: identifier.nullable().describe('The site that the request named, when there is one.'),
  unknown_site: hex(8).optional().describe('First 16 hex of the SHA-256 of a name that no site has.'),
  address: z.string().nullable().describe('The network that it came from: /24 of IPv4, /48 of IPv6.'),
  count: z.int().positive().describe('Equal requests that this event stands for.'),
  request_ids: z.array(z.string()).max(5).describe('Of the newest of them, the newest last.'),
  first_at: instant,
  last_at: instant,
};

/** What `folded` means: `caller`, all of one caller with this code; `all`, those of many callers. */
const folded = z.enum(['caller', 'all']).optional();

export const requestRefused = z.object({ ...asked, status: z.int(), error_code: z.string(), folded });

export const evidenceRead = z.object({
  ...asked,
  item: z.string().max(255).nullable().describe('The bundle, order, incident, tile or range that was asked for.'),
  folded,
});

export const administrationRead = evidenceRead;

const text = z.string().min(1).max(255);
const index = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const auditQuery = z.object({
  site_id: z
    .union([identifier, z.literal(fleetSubject)])
    .optional()
    .describe('`-`: what concerns no site.'),
  type: text.optional(),
  principal_id: uuid.optional(),
  route: text.optional(),
  error_code: text.optional(),
  trace_id: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  from: instant.optional().describe('When it happened; inclusive.'),
  to: instant.optional().describe('Exclusive.'),
  before: index.optional().describe('Only leaves before this index: `before` of the page that is known.'),
  after: index.optional().describe('Only leaves after this index, those that follow it first.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const auditEntry = z.object({
  leaf_index: z.int().nonnegative().describe('Its place in the ledger, under which it can be proved.'),
  leaf_hash: z.string().describe('RFC 6962 hash of the leaf, base64.'),
  type: z.string(),
  site_id: z.string(),
  principal_id: z.string().nullable(),
  trace_id: z.string().nullable(),
  time: instant,
  recorded_at: instant,
  leaf: z.string().describe('The canonical CloudEvent; its UTF-8 bytes are the entry of the log.'),
});

export const auditPage = z.object({
  entries: z.array(auditEntry).describe('Newest first.'),
  before: z.int().nullable().describe('For the page of older ones; null: there is none.'),
  after: z.int().nullable().describe('For what comes later; null: there was nothing on this page.'),
});

export type AuditEntry = z.output<typeof auditEntry>;
export type AuditPage = z.output<typeof auditPage>;
export type AuditQuery = z.output<typeof auditQuery>;
