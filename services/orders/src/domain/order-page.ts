import { type OrderFields, type OrdersResponse, type SignedOrder } from '@countersign/shared/contracts';
import { sha256Hex } from '@countersign/shared/crypto';

/** An order as it is kept: the signed text, and what is not part of it. */
export interface StoredOrder {
  order_id: string;
  signed_payload: string;
  signature: string;
  key_id: string;
}

/** The order as it goes over the wire. The outer fields are read from the signed text: they cannot differ from it. */
export function openStoredOrder({ signed_payload, signature, key_id }: StoredOrder): SignedOrder {
  const fields = JSON.parse(signed_payload) as OrderFields;
  return { ...fields, signed_payload, signature, key_id };
}

export interface OrderPage {
  etag: string;
  response: () => OrdersResponse;
}

const emptyEtag = 'empty';

/**
 * Makes a page of what was found, which is one more than `limit` when there is another page. All of a page counts as
 * delivered once it is sent, so the ids alone say whether anything is new.
 */
export function pageOf(siteId: string, found: readonly StoredOrder[], limit: number): OrderPage {
  const shown = found.slice(0, limit);
  const next = found.length > limit ? shown.at(-1)!.order_id : null;
  const ids = shown.map((order) => order.order_id);
  return {
    etag: ids.length === 0 ? emptyEtag : sha256Hex(`${ids.join()}+${next ?? ''}`).slice(0, 16),
    response: () => ({ site_id: siteId, orders: shown.map(openStoredOrder), count: shown.length, next }),
  };
}
