import type { HandledOrder } from '@countersign/appliance';
import { evidencePage } from '@countersign/shared/contracts';
import type { Tally } from '../accounts/tally.ts';
import { refusalOf } from '../attacks/tamper-order.ts';
import type { DemoBox } from './open-box.ts';
import type { PlannedReport } from './plan-fleet.ts';
import { waitFor } from './wait-for.ts';

export interface HandledOrderPlan {
  box: DemoBox;
  /** As it came by poll. */
  order: unknown;
  orderId: string;
  planned: PlannedReport;
  /** `performance.now()` of the report. */
  sentAt: number;
  tally: Tally;
}

/** Has the box answer an order, and looks whether it did as it must; ends when the evidence is sealed. */
export async function handleOrder({ box, order, orderId, planned, sentAt, tally }: HandledOrderPlan): Promise<void> {
  const handled = await box.client.handleOrder(order);
  if (handled.status !== 'executed' && handled.status !== 'refused') {
    const why = 'error' in handled ? `: ${handled.error.code}` : '';
    tally.problems.push(`order ${orderId} ended as ${handled.status}${why}`);
    return;
  }
  judgeHandling(handled, planned, tally);
  const seen = tally.orders.get(orderId)!;
  if (handled.status === 'refused') seen.fate = 'refused';
  else seen.fate = handled.verdict.outcome === 'success' ? 'completed' : 'failed';

  const isSealed = handled.evidence.s3_uri !== null || (await waitForSeal(box, orderId));
  if (isSealed) {
    tally.sealed += 1;
    seen.sealedAfterMs = performance.now() - sentAt;
    if (seen.isPlain) tally.incidentToSealMs.push(seen.sealedAfterMs);
  } else tally.problems.push(`the evidence of order ${orderId} was not sealed within 15 s`);

  if (planned.replayed) {
    tally.replayed.tried += 1;
    const again = await box.client.handleOrder(order);
    if (again.status === 'repeated') tally.replayed.refused += 1;
    else tally.problems.push(`the replayed order ${orderId} ended as ${again.status}`);
  }
}

type Answered = Extract<HandledOrder, { verdict: object; evidence: object }>;

function judgeHandling({ status, verdict, orderId }: Answered, { tampering }: PlannedReport, tally: Tally): void {
  if (status === 'executed') tally.verified += 1;
  if (tampering === undefined) {
    if (status === 'refused') tally.problems.push(`order ${orderId} was refused: ${verdict.error}`);
    return;
  }
  tally.tampered.tried += 1;
  if (status === 'refused' && verdict.error === refusalOf(tampering)) tally.tampered.refused += 1;
  else tally.problems.push(`order ${orderId}, tampered with (${tampering}), ended as ${status} ${verdict.error ?? ''}`);
}

/** The answer to evidence may come before its seal; then the list of the site tells. */
async function waitForSeal(box: DemoBox, orderId: string): Promise<boolean> {
  const look = async (): Promise<true | undefined> => {
    const response = await fetch(`${box.gatewayUrl}/evidence/${box.siteId}?limit=50`, {
      headers: { authorization: `Bearer ${box.apiKey}` },
    });
    if (!response.ok) return undefined;
    const { evidence } = evidencePage.parse(await response.json());
    const isSealed = evidence.some((bundle) => bundle.order_id === orderId && bundle.sealed_at !== null);
    return isSealed ? true : undefined;
  };
  return (await waitFor(look, { forMs: 15_000, everyMs: 50 })) ?? false;
}
