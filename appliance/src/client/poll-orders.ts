import { ordersResponse } from '@countersign/shared/contracts';
import { AppError } from '@countersign/shared/kernel';
import { readAnswer } from '../transport/read-answer.ts';
import type { GatewayAnswer, SendRequest } from '../transport/send-request.ts';

export interface OrderPoll {
  /** The orders that wait for this box, oldest first, as received; undefined: the same as in the last poll. */
  poll: () => Promise<unknown[] | undefined>;
  /** Makes the next poll ask for everything again. */
  forget: () => void;
}

const mostPages = 100;
/** The frame of a page. Its orders are not read here: one that is malformed must be refused alone, not hide the others. */
const pageFrame = ordersResponse.omit({ orders: true });

export function createOrderPoll(send: SendRequest, siteId: string, hostId: string): OrderPoll {
  let etag: string | undefined;
  const pathAfter = (after: string | null): string => {
    const query = new URLSearchParams({ host_id: hostId, limit: '100', ...(after === null ? {} : { after }) });
    return `/orders/${encodeURIComponent(siteId)}?${query.toString()}`;
  };

  return {
    async poll() {
      const first = await send({
        method: 'GET',
        path: pathAfter(null),
        ...(etag === undefined ? {} : { headers: { 'if-none-match': etag } }),
      });
      if (first.status === 304) return undefined;
      let page = readPage(first);
      const orders = [...page.orders];
      for (let pages = 1; page.next !== null && pages < mostPages; pages += 1) {
        page = readPage(await send({ method: 'GET', path: pathAfter(page.next) }));
        orders.push(...page.orders);
      }
      etag = first.headers.get('etag') ?? undefined;
      return orders;
    },
    forget() {
      etag = undefined;
    },
  };
}

function readPage(answer: GatewayAnswer): { orders: unknown[]; next: string | null } {
  const { next } = readAnswer(answer, pageFrame);
  const { orders } = answer.body as { orders?: unknown };
  if (!Array.isArray(orders)) {
    throw new AppError('APPLIANCE.UNEXPECTED_ANSWER', 'unavailable', 'The answer holds no list of orders.');
  }
  return { orders, next };
}
