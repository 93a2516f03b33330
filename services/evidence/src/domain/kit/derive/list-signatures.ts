import { sha256Hex } from '@countersign/shared/crypto';
import type { KitData } from '../facts/kit-data.ts';
import { kitNames } from '../kit-names.ts';
import { indexLeaves } from './index-leaves.ts';
import { readOrder } from './read-order.ts';

/** A signature with all that is needed to check it with another program. Ed25519 (RFC 8032). */
export interface KitSignature {
  of: 'order' | 'bundle';
  id: string;
  /** Where the signed text stands, and in which field. */
  file: string;
  field: 'signed_payload' | 'document';
  /** SHA-256 of the signed text in UTF-8. */
  signed_sha256: string;
  signature: string | null;
  /** Null: the signer had no enrolled key, so that the signature was not checked. */
  public_key: string | null;
  key_id: string | null;
}

/** Every signature over an order or a bundle. Keys of orders are named by their id: `keys.json` has them. */
export function listSignatures({ leaves, bundles }: Pick<KitData, 'leaves' | 'bundles'>): KitSignature[] {
  const orders = indexLeaves(leaves)
    .ofType('orders.issued.v1')
    .flatMap((leaf): KitSignature[] => {
      const order = readOrder(leaf.data);
      if (order === undefined) return [];
      return [
        {
          of: 'order',
          id: order.order_id,
          file: kitNames.order(order.order_id),
          field: 'signed_payload',
          signed_sha256: sha256Hex(order.signed_payload),
          signature: order.signature,
          public_key: null,
          key_id: order.key_id,
        },
      ];
    });
  const evidence = bundles.map((bundle): KitSignature => ({
    of: 'bundle',
    id: bundle.bundle_id,
    file: kitNames.bundle(bundle.position),
    field: 'document',
    signed_sha256: bundle.digest,
    signature: bundle.signature,
    public_key: bundle.public_key,
    key_id: null,
  }));
  return [...orders, ...evidence];
}
