import type { OrderKeysReport } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';

export type ReadOrderKeys = () => Promise<OrderKeysReport>;

/** Asks orders, which owns the keys. No private half is anywhere near. */
export function createReadOrderKeys(requester: Requester): ReadOrderKeys {
  return () => requester.ask('rpc.orders.keys.v1', {}, { timeoutMs: 5_000 });
}
