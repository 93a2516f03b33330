import { setTimeout as sleep } from 'node:timers/promises';
import { reportsOf, type Tally } from '../accounts/tally.ts';
import { acknowledgeAsStranger, actAsThief, submitForgery } from '../attacks/try-attacks.ts';
import { handleOrder } from './handle-order.ts';
import { createOrderFinder } from './find-order.ts';
import { noDrift } from './incident-kinds.ts';
import type { DemoBox } from './open-box.ts';
import type { PlannedReport } from './plan-fleet.ts';
import { describeProblem, repeatReport, sendReport } from './send-report.ts';

export interface Play {
  box: DemoBox;
  /** Of another site. */
  stranger: DemoBox | undefined;
  plan: readonly PlannedReport[];
  tally: Tally;
  /** From 0 to 1; how the boxes come to report at different moments. */
  random: () => number;
  onProgress: () => void;
}

const longestPauseMs = 600;

/** Has one box live through its plan. What goes wrong is a line in the list of problems, and the next report comes. */
export async function playBox(play: Play): Promise<void> {
  const { box, plan, tally, random } = play;
  const findOrder = createOrderFinder(box);
  await sleep(random() * longestPauseMs);
  for (const planned of plan) {
    try {
      await playReport(play, planned, findOrder);
    } catch (error) {
      tally.problems.push(`${box.siteId}: ${describeProblem(error)}`);
    }
    play.onProgress();
    await sleep(random() * longestPauseMs);
  }
  const answer = await box.client.reportDrift(noDrift);
  if (answer.status === 'ok') tally.checksWithoutDrift += 1;
}

async function playReport(
  play: Play,
  planned: PlannedReport,
  findOrder: (id: string) => Promise<unknown>,
): Promise<void> {
  const { box, stranger, tally } = play;
  const first = await sendReport(box, planned, tally);
  if (first === undefined) return;
  if (planned.repeated) await repeatReport(box, planned, first, tally);
  const { orderId, answer } = first;
  if (orderId === null) return;
  if (tally.orders.has(orderId)) {
    tally.joined += 1; // the order before it for the same condition was about to end
    return;
  }

  const { tampering, forgery } = planned;
  const { joins, repeated, foreign, stolen, fails } = planned;
  const isPlain = !(joins || repeated || foreign || stolen || fails || tampering || forgery);
  const seen = { siteId: box.siteId, incidentId: answer.incident_id, traceId: answer.trace_id, isPlain };
  tally.orders.set(orderId, { ...seen, fate: null, sealedAfterMs: null });
  if (planned.fails) box.failing.add(answer.incident_id);
  if (tampering !== undefined) box.way.target(orderId, tampering);
  if (planned.joins) {
    const second = await sendReport(box, planned, tally);
    if (second !== undefined && second.orderId === orderId) tally.joined += 1;
    else if (second !== undefined) tally.problems.push(`a second report of order ${orderId} did not join it`);
  }

  const order = await findOrder(orderId);
  if (order === undefined) {
    tally.problems.push(`order ${orderId} never came by poll`);
    return;
  }
  if (planned.foreign && stranger) await acknowledgeAsStranger(stranger, { siteId: box.siteId, orderId }, tally);
  if (planned.stolen) await actAsThief(box, orderId, tally);
  if (forgery !== undefined) await submitForgery(box, orderId, forgery, tally);
  await handleOrder({ box, order, orderId, planned, sentAt: first.sentAt, tally });
}

/** How far the plan got. */
export const progressOf = (tally: Tally) => ({
  reports: reportsOf(tally),
  orders: tally.orders.size,
  sealed: tally.sealed,
});
