import { z } from 'zod';
import { hex, identifier, instant } from './identifiers.ts';
import { witnessAnswer, witnessReport } from './ledger.ts';
import { serverKeyIds } from './order-keys.ts';
import { signedOrder } from './order.ts';

const text = z.string().min(1).max(255);

export const checkInRequest = z.object({
  site_id: identifier,
  host_id: identifier,
  deployment_mode: z.enum(['reseller', 'direct']).default('direct'),
  reseller_id: text.nullish(),
  policy_version: text.default('1.0'),
  nixos_version: text.nullish(),
  agent_version: text.nullish(),
  public_key: hex(32)
    .nullish()
    .describe('Ed25519 key that the appliance signs its evidence with; kept from its first check-in.'),
  server_key_ids: serverKeyIds,
  ledger: witnessReport.nullish().describe('An appliance that watches the ledger says here what it saw last.'),
});

export const checkInResponse = z.object({
  status: z.literal('ok'),
  action: z.enum(['registered', 'updated']),
  timestamp: instant,
  server_public_key: hex(32),
  server_public_keys: z
    .array(hex(32))
    .describe('The key that signs first; while a rotation lasts the next or the previous one after it.'),
  pending_orders: z.array(signedOrder),
  ledger: witnessAnswer.nullable().describe('Null while the ledger does not answer: a check-in does not wait for it.'),
});

export const applianceRegistered = z.object({
  site_id: identifier,
  host_id: identifier,
  public_key: hex(32).nullable(),
  registered_at: instant,
});

export type CheckInRequest = z.output<typeof checkInRequest>;
export type CheckInResponse = z.output<typeof checkInResponse>;
export type ApplianceRegistered = z.output<typeof applianceRegistered>;
