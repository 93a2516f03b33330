import type { SignedOrder } from '@countersign/shared/contracts';
import { tamperWith, type Tampering } from './tamper-order.ts';

/** A request as it went by. */
export interface SeenRequest {
  url: string;
  init: RequestInit;
}

export interface TamperingFetch {
  fetch: typeof globalThis.fetch;
  /** From now on this order is tampered with whenever it comes by. */
  target: (orderId: string, tampering: Tampering) => void;
  /** The last report that went by, signature included; undefined: none did. */
  lastReport: () => SeenRequest | undefined;
  /** The credential that went by last; empty: none did. */
  credential: () => string;
}

/**
 * The way between the gateway and one box, with somebody on it who sees everything: orders that a poll brings are
 * altered, and what the box sends can be sent again.
 */
export function createTamperingFetch(): TamperingFetch {
  const targets = new Map<string, Tampering>();
  let lastReport: SeenRequest | undefined;
  let credential = '';
  const alter = (order: SignedOrder): object => {
    const tampering = targets.get(order.order_id);
    return tampering === undefined ? order : tamperWith(order, tampering);
  };
  return {
    target: (orderId, tampering) => void targets.set(orderId, tampering),
    lastReport: () => lastReport,
    credential: () => credential,
    async fetch(input, init = {}) {
      const url = input as string;
      const authorization = new Headers(init.headers).get('authorization');
      if (authorization !== null) credential = authorization.replace(/^Bearer /, '');
      if (/\/(incidents|drift)$/.test(url)) lastReport = { url, init };
      const response = await fetch(url, init);
      const isPoll = /\/orders\/[^/]+\?/.test(url);
      if (!isPoll || response.status !== 200 || targets.size === 0) return response;
      const { headers } = response;
      const page = (await response.json()) as { orders: SignedOrder[] };
      return new Response(JSON.stringify({ ...page, orders: page.orders.map(alter) }), { status: 200, headers });
    },
  };
}
