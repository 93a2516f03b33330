import { keyIdOf } from '@countersign/shared/crypto';
import type { KitData } from '../facts/kit-data.ts';
import { textIn } from '../facts/read-fields.ts';
import { indexLeaves } from './index-leaves.ts';

/** A key with the time for which leaves say that it counted. */
export interface KeyValidity {
  key_id: string;
  /** Ed25519, 64 hex. */
  public_key: string;
  /** Server time, RFC 3339. */
  valid_from: string;
  /** Null: it counts at the head of the ledger. */
  valid_until: string | null;
  /** The leaf that says so. */
  leaf: number;
}

export interface ApplianceKey extends KeyValidity {
  host_id: string;
}

export interface KitKeys {
  ledger: { verifier_key: string; announced_in: number[] };
  orders: KeyValidity[];
  appliances: ApplianceKey[];
}

/** Every public key of a kit with its validity, by the leaves that announced it. */
export function listKeys({ leaves, ledgerKey }: Pick<KitData, 'leaves' | 'ledgerKey'>): KitKeys {
  const index = indexLeaves(leaves);
  const announced = index.ofType('evidence.ledger-key-created.v1');
  const rotations = [...index.ofType('orders.key-created.v1'), ...index.ofType('orders.key-rotated.v1')];
  const orders = rotations.flatMap(({ data, index: leaf }) => {
    const [publicKey, keyId] = [textIn(data, 'public_key'), textIn(data, 'key_id')];
    const validFrom = textIn(data, 'created_at') ?? textIn(data, 'rotated_at');
    if (publicKey === null || keyId === null || validFrom === null) return [];
    return [{ key_id: keyId, public_key: publicKey, valid_from: validFrom, valid_until: null, leaf }];
  });
  const entries = [...index.ofType('orders.appliance-registered.v1'), ...index.ofType('orders.appliance-enrolled.v1')];
  const appliances = entries.flatMap(({ data, index: leaf }) => {
    const [publicKey, hostId] = [textIn(data, 'public_key'), textIn(data, 'host_id')];
    const validFrom = textIn(data, 'registered_at') ?? textIn(data, 'enrolled_at');
    if (publicKey === null || hostId === null || validFrom === null) return [];
    const key_id = keyIdOf(publicKey);
    return [{ host_id: hostId, key_id, public_key: publicKey, valid_from: validFrom, valid_until: null, leaf }];
  });
  const hosts = [...new Set(appliances.map(({ host_id }) => host_id))].toSorted();
  return {
    ledger: {
      verifier_key: ledgerKey,
      announced_in: announced
        .filter(({ data }) => textIn(data, 'verifier_key') === ledgerKey)
        .map((leaf) => leaf.index),
    },
    orders: succeed(orders),
    appliances: hosts.flatMap((host) => succeed(appliances.filter(({ host_id }) => host_id === host))),
  };
}

/** Each key counts until the next one does. */
function succeed<Key extends KeyValidity>(keys: Key[]): Key[] {
  const sorted = keys.toSorted((a, b) => Date.parse(a.valid_from) - Date.parse(b.valid_from) || a.leaf - b.leaf);
  return sorted.map((key, at) => ({ ...key, valid_until: sorted[at + 1]?.valid_from ?? null }));
}
