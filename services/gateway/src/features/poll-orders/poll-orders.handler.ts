import { type OrdersResponse, pollQuery, type PrincipalKind, siteParams } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';
import { credentialEpochOf } from '../../domain/credential-epoch.ts';
import type { RequestFacts } from '../../domain/request-facts.ts';

/** Undefined: nothing new, and the status was set to 304. */
export type PollOrders = (params: unknown, query: unknown, facts: RequestFacts) => Promise<OrdersResponse | undefined>;

/** Who fetches orders to carry them out; others only look. */
const carriersOut: ReadonlySet<PrincipalKind> = new Set(['appliance', 'administrator']);

export function createPollOrders(requester: Requester): PollOrders {
  return async (params, query, facts) => {
    const { site_id } = siteParams.parse(params);
    const question = {
      site_id,
      ...(facts.principal.hostId !== null && { host_id: facts.principal.hostId }),
      ...pollQuery.parse(query),
      ...credentialEpochOf(facts.principal),
      etag: readEtag(facts.header('if-none-match')),
      read_only: !carriersOut.has(facts.principal.kind),
    };
    const { etag, page } = await requester.ask('rpc.orders.poll.v1', question, { traceparent: facts.traceparent });
    facts.setHeader('ETag', `"${etag}"`);
    facts.setHeader('Cache-Control', 'private, no-cache');
    if (page !== null) return page;
    facts.setStatus(304);
    return undefined;
  };
}

/** One entity tag, strong or weak (RFC 9110, section 8.8.3); lists are read as no tag, which only costs a full answer. */
function readEtag(header: string | undefined): string | null {
  return /^(?:W\/)?"([\x21\x23-\x7e]{1,100})"$/.exec(header ?? '')?.[1] ?? null;
}
