import { randomUUID } from 'node:crypto';
import type { Traced } from '@countersign/appliance';
import type { IncidentResponse } from '@countersign/shared/contracts';
import { type AppError, asAppError } from '@countersign/shared/kernel';
import type { Tally } from '../accounts/tally.ts';
import type { Report } from './incident-kinds.ts';
import type { DemoBox } from './open-box.ts';
import { waitFor } from './wait-for.ts';

/** A report that the server decided. */
export interface DecidedReport {
  answer: Traced<IncidentResponse>;
  idempotencyKey: string;
  /** `performance.now()` when it was sent. */
  sentAt: number;
  orderId: string | null;
}

/**
 * Sends a report and waits for the decision, which the first answer mostly has; the same key asks again, for free.
 * Undefined: the site has used up its limit.
 */
export async function sendReport(box: DemoBox, report: Report, tally: Tally): Promise<DecidedReport | undefined> {
  const idempotencyKey = randomUUID();
  const sentAt = performance.now();
  const first = await send(box, report, idempotencyKey).catch((error: unknown) => {
    if (asAppError(error)?.kind === 'rate-limited') return undefined;
    throw error;
  });
  if (first === undefined) {
    tally.limited += 1;
    return undefined;
  }
  tally[report.kind === 'drift' ? 'drifts' : 'incidents'] += 1;
  const isDecided = (answer: Traced<IncidentResponse>) =>
    answer.order_id !== null || answer.resolution_tier === 'L3' ? answer : undefined;
  const decided =
    isDecided(first) ??
    (await waitFor(async () => isDecided(await send(box, report, idempotencyKey)), { forMs: 15_000, everyMs: 200 }));
  if (decided === undefined) {
    tally.problems.push(`incident ${first.incident_id} was not decided within 15 s`);
    return { answer: first, idempotencyKey, sentAt, orderId: null };
  }
  if (decided.resolution_tier !== null) tally.tiers[decided.resolution_tier] += 1;
  if (decided.order_id !== null) tally.incidentToOrderMs.push(performance.now() - sentAt);
  return { answer: { ...decided, trace_id: first.trace_id }, idempotencyKey, sentAt, orderId: decided.order_id };
}

/** Sends the same report under the same key: the answer must name the same incident and order. */
export async function repeatReport(box: DemoBox, report: Report, first: DecidedReport, tally: Tally): Promise<void> {
  tally.repeats.sent += 1;
  const again = await send(box, report, first.idempotencyKey);
  const { incident_id, order_id } = first.answer;
  if (again.incident_id === incident_id && again.order_id === order_id) tally.repeats.sameAnswer += 1;
  else tally.problems.push(`the repeat of incident ${incident_id} was answered with ${again.incident_id}`);
}

async function send(box: DemoBox, { kind, report }: Report, idempotencyKey: string): Promise<Traced<IncidentResponse>> {
  const options = { idempotencyKey };
  if (kind === 'incident') return box.client.reportIncident(report, options);
  const answer = await box.client.reportDrift(report, options);
  if (answer.status === 'received') return answer;
  throw new Error('The server took a drift for none.');
}

/** One line for the list of problems. */
export const describeProblem = (error: unknown): string => {
  const known: AppError | undefined = asAppError(error);
  return known === undefined ? String(error) : `${known.code}: ${known.message}`;
};
