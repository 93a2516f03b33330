import type { KitData } from '../facts/kit-data.ts';
import { type Fields, textIn } from '../facts/read-fields.ts';
import type { LeafIndex } from './index-leaves.ts';

/** Something in which a bundle does not say what the order says that it answers. */
export interface Contradiction {
  position: number;
  bundle_id: string;
  order_id: string;
  /** `order_id`: the ledger has no such order of the site at the head. */
  field: string;
  bundle_says: string;
  order_says: string | null;
}

/** What the appliance says in a bundle, and what the order says there. */
const compared = [
  ['host_id', 'target_appliance_id'],
  ['incident_id', 'incident_id'],
  ['runbook_id', 'runbook_id'],
  ['runbook_digest', 'runbook_digest'],
  ['order_nonce', 'nonce'],
] as const;

/** Bundles that name an order and contradict it. Such a bundle was accepted, for it is the appliance's word: it is shown. */
export function findContradictions({ bundles }: Pick<KitData, 'bundles'>, index: LeafIndex): Contradiction[] {
  return bundles.flatMap(({ position, bundle_id, said }) => {
    const order_id = said.order_id;
    if (order_id === null) return [];
    const order = index.about('orders.issued.v1', 'order_id', order_id)[0]?.data;
    if (order === undefined)
      return [{ position, bundle_id, order_id, field: 'order_id', bundle_says: order_id, order_says: null }];
    return compared
      .flatMap(([field, name]) => contradictionIn(order, name, said[field]))
      .map((found) => ({
        position,
        bundle_id,
        order_id,
        ...found,
      }));
  });
}

function contradictionIn(order: Fields, field: string, said: string | null) {
  const order_says = textIn(order, field);
  return said === null || said === order_says ? [] : [{ field, bundle_says: said, order_says }];
}
