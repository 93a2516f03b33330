import { naclEd25519, parseInstant } from '@countersign/shared/crypto';
import { indexLeaves } from '../domain/kit/derive/index-leaves.ts';
import { type KeyValidity, listKeys } from '../domain/kit/derive/list-keys.ts';
import { readOrder } from '../domain/kit/derive/read-order.ts';
import { kitNames } from '../domain/kit/kit-names.ts';
import type { Check } from './examination.ts';
import type { OpenKit } from './read-kit.ts';

/** Replicas change their key one after another: until the last has, orders are signed with the one before as well. */
const overlapMs = 3_600_000;

/** Whether a key counted at a time, give or take the clocks of two machines and a change of keys. */
export function countsAt(key: KeyValidity, time: string, beforeMs: number, afterMs: number): boolean {
  const at = parseInstant(time);
  const from = parseInstant(key.valid_from);
  const until = key.valid_until === null ? Infinity : parseInstant(key.valid_until);
  return at !== undefined && from !== undefined && until !== undefined && at >= from - beforeMs && at < until + afterMs;
}

/** Every order is signed, over exactly its fields, with a key that leaves announce for its time. */
export function checkOrders({ data }: OpenKit, check: Check): void {
  const { orders: keys } = listKeys(data);
  for (const leaf of indexLeaves(data.leaves).ofType('orders.issued.v1')) {
    check.examine();
    const file = kitNames.leaf(leaf.index);
    const order = readOrder(leaf.data);
    if (order === undefined) {
      check.problem(file, 'the order lacks a field that is signed');
      continue;
    }
    check.demand(order.site_id === data.range.siteId, file, `the order is for another site: ${order.site_id}`);
    const named = keys.filter(({ key_id }) => key_id === order.key_id);
    if (named.length === 0) {
      check.problem(file, `order ${order.order_id} is signed with key ${order.key_id}, which no leaf announces`);
      continue;
    }
    const key = named.find((one) => countsAt(one, order.issued_at, 120_000, overlapMs));
    check.demand(
      key !== undefined,
      file,
      `order ${order.order_id} is of ${order.issued_at}, when its key ${order.key_id} did not count`,
    );
    check.demand(
      naclEd25519.verify(order.signed_payload, order.signature, (key ?? named[0]!).public_key),
      file,
      `the signature of order ${order.order_id} does not hold with key ${order.key_id}`,
    );
  }
}
