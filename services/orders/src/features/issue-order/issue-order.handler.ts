import { type EventEnvelope, runbookSelected } from '@countersign/shared/contracts';
import { type OrderSigner, newNonce } from '@countersign/shared/crypto';
import type { Clock } from '@countersign/shared/kernel';
import type { Messaging } from '@countersign/shared/messaging';
import { newTraceparent, traceIdOf } from '@countersign/shared/telemetry';
import { conditionOf, keyOfCondition } from '../../domain/condition.ts';
import { issueOrder } from '../../domain/issue-order.ts';
import type { NewOrder, OpenIncident } from '../../domain/new-order.ts';
import { sliceBatch } from '../../domain/slice-batch.ts';
import type { IssueRepository } from '../../persistence/issue.repository.ts';
import { describeClosed, describeIssued, describeJoined } from '../describe-events/describe-events.ts';

type Selected = EventEnvelope<'runbooks.selected.v1'>;

export type IssueOrders = (events: EventEnvelope[]) => Promise<void>;

export interface IssueOrdersOptions {
  repository: IssueRepository;
  messaging: Pick<Messaging, 'publish' | 'reply'>;
  /** What an order of now is signed with. Rejects when this process must not sign. */
  signer: () => Promise<OrderSigner>;
  clock: Clock;
  ttlSeconds: number;
}

/** Settling takes a connection for some round trips; polls need some too. */
const settledAtOnce = 2;

/**
 * Gives each incident its order: a new one, or the open one of the same condition. One statement issues what is new;
 * the few that it leaves (repeats, redeliveries, lost races) are settled condition by condition. Whoever waits gets a
 * reply as soon as its order is committed.
 */
export function createIssueOrders(options: IssueOrdersOptions): IssueOrders {
  const { repository, messaging, signer, clock, ttlSeconds } = options;

  async function issueFirsts(conditions: SameCondition[], prepare: Prepare): Promise<Map<string, string>> {
    const answers = new Map<string, string>();
    for (const some of sliceBatch(conditions, () => '')) {
      const epochs = await repository.findEpochs(some.map(({ condition }) => condition));
      const prepared = some.map(({ events: [first] }, index) => prepare(first!, epochs[index]!));
      for (const slice of sliceBatch(prepared, (order) => order.event)) {
        const { issued, rows } = await repository.issue(slice);
        messaging.publish(rows);
        answer(
          messaging,
          some.flatMap((same) => same.events),
          issued,
        );
        for (const [incidentId, orderId] of issued) answers.set(incidentId, orderId);
      }
    }
    return answers;
  }

  async function settle(conditions: SameCondition[], at: Date, prepare: Prepare): Promise<void> {
    const waiting = conditions.values();
    const work = async () => {
      for (const { condition, events } of waiting) {
        const incidents = events.map((event) => openIncident(event, at, prepare));
        const { answers, rows } = await repository.settle({ condition, incidents, at, describeClosed });
        messaging.publish(rows);
        answer(messaging, events, answers);
      }
    };
    await Promise.all(Array.from({ length: settledAtOnce }, work));
  }

  return async (batch) => {
    const signedBy = await signer();
    const at = clock.now();
    const events = batch.map((event) => ({ ...event, data: runbookSelected.parse(event.data) }) as Selected);
    const prepare: Prepare = (event, applianceEpoch) =>
      prepareOrder(event, { signer: signedBy, at, ttlSeconds, applianceEpoch });
    const issued = await issueFirsts(groupByCondition(events), prepare);

    const left = events.filter((event) => !issued.has(event.data.incident_id));
    if (left.length === 0) return;
    const known = await repository.findAnswers(left.map((event) => event.data.incident_id));
    answer(messaging, left, known);
    const open = left.filter((event) => !known.has(event.data.incident_id));
    await settle(groupByCondition(open), at, prepare);
  };
}

type Prepare = (event: Selected, applianceEpoch: number) => NewOrder;

interface Signing {
  signer: OrderSigner;
  at: Date;
  ttlSeconds: number;
  applianceEpoch: number;
}

function prepareOrder(
  { data, traceparent = newTraceparent() }: Selected,
  { signer, at, ttlSeconds, applianceEpoch }: Signing,
): NewOrder {
  const traceId = traceIdOf(traceparent);
  const order = issueOrder(data, { signer, issuedAt: at, ttlSeconds, nonce: newNonce(), traceId, applianceEpoch });
  return { order, condition: conditionOf(data), traceparent, event: describeIssued(order, traceparent) };
}

function openIncident(event: Selected, at: Date, prepare: Prepare): OpenIncident {
  const { data, traceparent = newTraceparent() } = event;
  return {
    incidentId: data.incident_id,
    prepare: (applianceEpoch) => prepare(event, applianceEpoch),
    describeJoin: (orderId) => describeJoined(data, orderId, at, traceparent),
  };
}

interface SameCondition {
  condition: NewOrder['condition'];
  events: Selected[];
}

/** In the order in which they came; an event that came twice counts once. */
function groupByCondition(events: readonly Selected[]): SameCondition[] {
  const groups = new Map<string, SameCondition>();
  const seen = new Set<string>();
  for (const event of events) {
    if (seen.has(event.data.incident_id)) continue;
    seen.add(event.data.incident_id);
    const condition = conditionOf(event.data);
    const key = keyOfCondition(condition);
    const group = groups.get(key);
    if (group) group.events.push(event);
    else groups.set(key, { condition, events: [event] });
  }
  return [...groups.values()];
}

function answer(messaging: Pick<Messaging, 'reply'>, events: readonly Selected[], orderOf: Map<string, string>): void {
  const replies = events.flatMap(({ data: { incident_id, tier, runbook_id }, replyto }) => {
    const order_id = orderOf.get(incident_id);
    return order_id === undefined ? [] : [{ replyto, reply: { id: incident_id, tier, runbook_id, order_id } }];
  });
  if (replies.length > 0) messaging.reply(replies);
}
