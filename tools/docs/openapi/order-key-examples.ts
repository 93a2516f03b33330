import { keyIdOf, nodeEd25519 } from '@countersign/shared/crypto';
import { exampleNames } from './example-names.ts';

const { site_id, host_id, timestamp } = exampleNames;
const keyOf = (seed: string) => {
  const publicKey = nodeEd25519.publicKeyOf(seed.repeat(16));
  return { key_id: keyIdOf(publicKey), public_key: publicKey };
};
const [current, next] = [keyOf('5eed'), keyOf('5eee')];

/** A rotation that waits for one appliance. */
export const exampleOrderKeys = {
  keys: [
    {
      ...current,
      state: 'signing',
      announced_at: '2026-05-21T09:30:00.000Z',
      signs_from: '2026-05-21T09:32:10.000Z',
      retires_at: null,
      is_held: true,
      known_by: 20,
    },
    {
      ...next,
      state: 'announced',
      announced_at: timestamp,
      signs_from: null,
      retires_at: null,
      is_held: true,
      known_by: 19,
    },
  ],
  appliances: { alive: 20, unreported: 0, behind: 1, foreign: 0 },
  diverging: [
    { site_id, host_id, server_key_ids: [next.key_id], reason: 'behind', last_checkin: '2026-11-21T09:29:41.000Z' },
  ],
  timestamp,
};
