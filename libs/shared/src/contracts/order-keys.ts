import { z } from 'zod';
import { hex, identifier, instant } from './identifiers.ts';
import type { RouteContract } from './route-contract.ts';

/** First 16 hex of the SHA-256 of the raw public key. */
export const keyId = hex(8);

/** What an appliance says at its check-in about the keys that it accepts orders under. */
export const serverKeyIds = z
  .array(keyId)
  .max(8)
  .nullish()
  .describe('Ids of the server keys that the appliance holds; so somebody sees when it is left behind in a rotation.');

export const keyAnnounced = z.object({ key_id: keyId, public_key: hex(32), announced_at: instant });

export const orderKeyStates = ['announced', 'signing', 'previous', 'retired'] as const;

export const orderKeysReport = z.object({
  keys: z.array(
    z.object({
      key_id: keyId,
      public_key: hex(32),
      state: z
        .enum(orderKeyStates)
        .describe('Announced: appliances are told it, it signs nothing yet. Previous: it is told until `retires_at`.'),
      announced_at: instant,
      signs_from: instant.nullable(),
      retires_at: instant.nullable(),
      is_held: z.boolean().describe('A process that signs orders holds the private half.'),
      known_by: z.int().nonnegative().describe('Appliances that are alive and named it at their last check-in.'),
    }),
  ),
  appliances: z.object({
    alive: z.int().nonnegative(),
    unreported: z.int().nonnegative().describe('Alive, and said nothing about keys: older clients.'),
    behind: z.int().nonnegative().describe('Alive, and did not name the key that signs; the next check-in tells them.'),
    foreign: z.int().nonnegative().describe('Alive, and named a key that was never ours: look at once.'),
  }),
  diverging: z
    .array(
      z.object({
        site_id: identifier,
        host_id: identifier,
        server_key_ids: z.array(keyId),
        reason: z.enum(['behind', 'foreign-key']),
        last_checkin: instant,
      }),
    )
    .describe('The first hundred of those that are behind or hold a foreign key.'),
  timestamp: instant,
});

export const orderKeyRoutes = {
  readOrderKeys: {
    method: 'GET',
    path: '/appliances/keys',
    summary: 'The keys that orders are signed with, and which appliances know them.',
    scope: 'keys:manage',
    site: null,
    fleetOnly: true,
    responses: [orderKeysReport],
    audited: 'administration',
  },
} as const satisfies Record<string, RouteContract>;

export type OrderKeysReport = z.output<typeof orderKeysReport>;
