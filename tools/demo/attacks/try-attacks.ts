import { randomUUID } from 'node:crypto';
import type { EvidenceBundle } from '@countersign/appliance';
import { asAppError } from '@countersign/shared/kernel';
import type { Attempts, Tally } from '../accounts/tally.ts';
import type { DemoBox } from '../fleet/open-box.ts';
import { codeOfForgery, forgeEvidence, type Forgery } from './forge-evidence.ts';

/** Hands in evidence that somebody made up for an order; the server must refuse it with 422 and the right code. */
export async function submitForgery(box: DemoBox, orderId: string, forgery: Forgery, tally: Tally): Promise<void> {
  const now = new Date().toISOString();
  const bundle: EvidenceBundle = {
    bundle_id: `forged-${randomUUID()}`,
    site_id: box.siteId,
    host_id: box.hostId,
    order_id: orderId,
    check_type: 'forged',
    outcome: 'success',
    timestamp_start: now,
    timestamp_end: now,
  };
  const { status, code } = await post(box, '/evidence', forgeEvidence(bundle, forgery));
  const isRefused = status === 422 && code === codeOfForgery(forgery);
  count(tally.forged, isRefused, tally, `forged evidence (${forgery}) was answered with ${status} ${code}`);
}

/** The box of another site tries to take an order on, in its own name and in the name of the order's site. */
export async function acknowledgeAsStranger(
  stranger: DemoBox,
  order: { siteId: string; orderId: string },
  tally: Tally,
): Promise<void> {
  const own = await stranger.client.acknowledge({ order_id: order.orderId }).then(
    () => 'acknowledged',
    (error: unknown) => asAppError(error)?.code,
  );
  const unknown = own === 'ORDERS.NOT_FOUND';
  count(tally.foreign, unknown, tally, `acknowledging an order of another site was answered with ${own}`);

  if (!stranger.isBound) return; // an administrator may act for any site
  const body = JSON.stringify({ site_id: order.siteId, order_id: order.orderId });
  const { status, code } = await post(stranger, '/orders/acknowledge', body);
  const forbidden = status === 403 && code === 'AUTH.SITE_FORBIDDEN';
  count(
    tally.foreign,
    forbidden,
    tally,
    `acknowledging in the name of another site was answered with ${status} ${code}`,
  );
}

function count(attempts: Attempts, isRefused: boolean, tally: Tally, problem: string): void {
  attempts.tried += 1;
  if (isRefused) attempts.refused += 1;
  else tally.problems.push(problem);
}

/** As somebody with the site's API key would, without the client, which signs. */
async function post(box: DemoBox, path: string, body: string): Promise<{ status: number; code: string }> {
  const response = await fetch(box.gatewayUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${box.apiKey}`, 'content-type': 'application/json' },
    body,
  });
  const answer = (await response.json()) as { error_code?: string };
  return { status: response.status, code: answer.error_code ?? '' };
}
