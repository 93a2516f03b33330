import { randomUUID } from 'node:crypto';
import type { EvidenceBundle } from '@countersign/appliance';
import { asAppError } from '@countersign/shared/kernel';
import type { Attempts, Tally } from '../accounts/tally.ts';
import type { DemoBox } from '../fleet/open-box.ts';
import { codeOfForgery, forgeEvidence, type Forgery } from './forge-evidence.ts';
import { answerOf, post, read, type Refusal } from './send-past-client.ts';

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
  const { status, code } = await post(box, '/evidence', forgeEvidence(bundle, forgery), { isSigned: false });
  const isRefused = status === 422 && code === codeOfForgery(forgery);
  count(tally.forged, isRefused, tally, `forged evidence (${forgery}) was answered with ${status} ${code}`);
}

/** The box of another site tries to take an order on, in its own name and in that of the order's site, and to read there. */
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

  const body = JSON.stringify({ site_id: order.siteId, order_id: order.orderId });
  const attempts = {
    'acknowledging in the name of another site': post(stranger, '/orders/acknowledge', body, { isSigned: true }),
    'reading the orders of another site': read(stranger, `/orders/${order.siteId}`),
    'reading the evidence of another site': read(stranger, `/evidence/${order.siteId}`),
  };
  for (const [what, attempt] of Object.entries(attempts)) {
    judge(await attempt, { status: 403, code: 'AUTH.SITE_FORBIDDEN' }, { what, attempts: tally.foreign, tally });
  }
}

/** Somebody has a box's credential, but not its key: takes on an order, and sends again what the box sent. */
export async function actAsThief(box: DemoBox, orderId: string, tally: Tally): Promise<void> {
  const missing = { status: 401, code: 'AUTH.SIGNATURE_MISSING' };
  const body = JSON.stringify({ site_id: box.siteId, order_id: orderId });
  const taken = await post(box, '/orders/acknowledge', body, { isSigned: false });
  judge(taken, missing, { what: 'an acknowledgement without signature', attempts: tally.unsigned, tally });
  const seen = box.way.lastReport();
  if (seen === undefined) return;
  const { headers = {}, body: sent = null } = seen.init;
  const again = await answerOf(fetch(seen.url, { method: 'POST', headers, body: sent }));
  const what = 'a signed request that was sent again';
  judge(again, { status: 401, code: 'AUTH.REPLAYED' }, { what, attempts: tally.resent, tally });
}

interface Attempted {
  what: string;
  attempts: Attempts;
  tally: Tally;
}

function judge({ status, code }: Refusal, expected: Refusal, { what, attempts, tally }: Attempted): void {
  const isRefused = status === expected.status && code === expected.code;
  count(attempts, isRefused, tally, `${what} was answered with ${status} ${code}`);
}

function count(attempts: Attempts, isRefused: boolean, tally: Tally, problem: string): void {
  attempts.tried += 1;
  if (isRefused) attempts.refused += 1;
  else tally.problems.push(problem);
}
