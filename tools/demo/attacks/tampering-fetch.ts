import type { SignedOrder } from '@countersign/shared/contracts';
import { tamperWith, type Tampering } from './tamper-order.ts';

export interface TamperingFetch {
  fetch: typeof globalThis.fetch;
  /** From now on this order is tampered with whenever it comes by. */
  target: (orderId: string, tampering: Tampering) => void;
}

/** The way between the gateway and one box, with somebody on it: orders that a poll brings are altered. */
export function createTamperingFetch(): TamperingFetch {
  const targets = new Map<string, Tampering>();
  const alter = (order: SignedOrder): object => {
    const tampering = targets.get(order.order_id);
    return tampering === undefined ? order : tamperWith(order, tampering);
  };
  return {
    target: (orderId, tampering) => void targets.set(orderId, tampering),
    async fetch(input, init) {
      const response = await fetch(input, init);
      const isPoll = typeof input === 'string' && /\/orders\/[^/]+\?/.test(input);
      if (!isPoll || response.status !== 200 || targets.size === 0) return response;
      const { headers } = response;
      const page = (await response.json()) as { orders: SignedOrder[] };
      return new Response(JSON.stringify({ ...page, orders: page.orders.map(alter) }), { status: 200, headers });
    },
  };
}
