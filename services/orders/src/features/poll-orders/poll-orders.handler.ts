import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { RequestResult } from '@countersign/shared/messaging';
import { orderNotFound } from '../../domain/order-errors.ts';
import { pageOf } from '../../domain/order-page.ts';
import type { DeliveryRepository, OpenOrder, OpenOrdersQuery } from '../../persistence/delivery.repository.ts';
import type { FetchOrders } from './fetch-orders.ts';

type Poll = RequestOf<'rpc.orders.poll.v1'>;
type Answer = ResponseOf<'rpc.orders.poll.v1'>;

export type PollOrders = (polls: Poll[]) => Promise<RequestResult<Answer>[]>;

export interface PollOrdersOptions {
  fetchOrders: FetchOrders;
  repository: Pick<DeliveryRepository, 'findStarts'>;
}

/** Answers all polls that came together with one query; one more when there is something that nobody fetched before. */
export function createPollOrders({ fetchOrders, repository }: PollOrdersOptions): PollOrders {
  return async (polls) => {
    const continued = polls.flatMap(({ after, site_id }) =>
      after === undefined ? [] : [{ orderId: after, siteId: site_id }],
    );
    const startOf = await repository.findStarts(continued);
    const queries = new Map<string, OpenOrdersQuery>();
    for (const poll of polls) {
      const after = poll.after === undefined ? null : startOf({ orderId: poll.after, siteId: poll.site_id });
      if (after === undefined) continue;
      queries.set(keyOf(poll), {
        siteId: poll.site_id,
        hostId: poll.host_id ?? null,
        after,
        limit: poll.limit,
        epoch: poll.credential_epoch ?? null,
      });
    }
    const found = await fetchOrders.find([...queries.values()]);
    const ordersOf = new Map([...queries.keys()].map((key, index) => [key, found[index]!]));

    const handedOut: OpenOrder[] = [];
    const answers = polls.map((poll) => {
      const orders = ordersOf.get(keyOf(poll));
      if (orders === undefined) return orderNotFound();
      const { etag, response } = pageOf(poll.site_id, orders, poll.limit);
      if (etag === poll.etag) return { etag, page: null };
      if (!poll.read_only) handedOut.push(...orders.slice(0, poll.limit));
      return { etag, page: response() };
    });
    await fetchOrders.deliver(handedOut);
    return answers;
  };
}

/** Polls that ask the same share a query. */
function keyOf({ site_id, host_id, after, limit, credential_epoch }: Poll): string {
  return JSON.stringify([site_id, host_id, after, limit, credential_epoch]);
}
