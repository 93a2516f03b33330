import type { AcknowledgeResponse, RequestOf } from '@countersign/shared/contracts';
import type { Clock } from '@countersign/shared/kernel';
import type { Messaging, RequestResult } from '@countersign/shared/messaging';
import { superseded } from '../../domain/enrolment-errors.ts';
import { orderNotFound, orderNotOpen } from '../../domain/order-errors.ts';
import { canBecome, isOverdue } from '../../domain/order-states.ts';
import type { Acknowledgement, DeliveryRepository, OrderFate } from '../../persistence/delivery.repository.ts';
import { describeAcknowledged } from '../describe-events/describe-events.ts';

type Question = RequestOf<'rpc.orders.acknowledge.v1'>;

export type AcknowledgeOrders = (questions: Question[]) => Promise<RequestResult<AcknowledgeResponse>[]>;

export interface AcknowledgeOrdersOptions {
  repository: Pick<DeliveryRepository, 'findFates' | 'acknowledge'>;
  messaging: Pick<Messaging, 'publish'>;
  clock: Clock;
  /** How long the execution may take. */
  executionLimitSeconds: number;
}

/** Takes orders on. The first acknowledge counts; later ones get its answer. */
export function createAcknowledgeOrders(options: AcknowledgeOrdersOptions): AcknowledgeOrders {
  const { repository, messaging, clock, executionLimitSeconds } = options;
  return async (questions) => {
    const at = clock.now();
    const deadline = new Date(at.getTime() + executionLimitSeconds * 1_000);
    const fates = await repository.findFates(
      questions.map(({ order_id, site_id }) => ({ orderId: order_id, siteId: site_id })),
    );
    const wanted = new Map<string, Acknowledgement>();
    for (const question of questions) {
      const fate = fates.get(question.order_id);
      if (fate && isOpenTo(question, fate, at) && !wanted.has(fate.order_id)) {
        wanted.set(fate.order_id, acknowledgementOf(question, fate, at));
      }
    }
    const { changed, rows } = await repository.acknowledge([...wanted.values()], at, deadline);
    messaging.publish(rows);

    // Whoever was not fast enough finds out what happened meanwhile.
    const lost = [...wanted.values()].filter(({ orderId }) => !changed.has(orderId));
    for (const [id, fate] of await repository.findFates(lost)) fates.set(id, fate);
    return questions.map((question) => {
      const fate = fates.get(question.order_id);
      if (fate === undefined || !mayKnow(question, fate)) return orderNotFound();
      if (isOfAnotherEpoch(question, fate)) return superseded();
      return changed.has(fate.order_id) ? acknowledged(fate.order_id, at) : answerOf(fate, at);
    });
  };
}

function isOpenTo(question: Question, fate: OrderFate, at: Date): boolean {
  if (!mayKnow(question, fate) || isOfAnotherEpoch(question, fate) || hasOutlivedItsEpoch(fate)) return false;
  const isLate = fate.deadline_at === null || isOverdue(fate.deadline_at, at);
  return canBecome(fate.status, 'acknowledged') && !isLate;
}

function mayKnow({ site_id, host_id }: Question, fate: OrderFate): boolean {
  return fate.site_id === site_id && (host_id === undefined || fate.host_id === host_id);
}

/** Of the credential that asks. */
const isOfAnotherEpoch = ({ credential_epoch }: Question, { current_epoch }: OrderFate): boolean =>
  credential_epoch !== undefined && credential_epoch !== current_epoch;

const hasOutlivedItsEpoch = ({ appliance_epoch, current_epoch }: OrderFate): boolean =>
  appliance_epoch !== current_epoch;

function acknowledgementOf({ principal_id, traceparent }: Question, fate: OrderFate, at: Date): Acknowledgement {
  const { order_id, site_id, host_id } = fate;
  const data = { order_id, site_id, host_id, principal_id, acknowledged_at: at.toISOString() };
  return {
    orderId: order_id,
    siteId: site_id,
    principalId: principal_id,
    event: describeAcknowledged(data, traceparent),
  };
}

function answerOf(fate: OrderFate, at: Date): RequestResult<AcknowledgeResponse> {
  if (fate.deadline_at === null) return orderNotOpen(fate.status);
  if (hasOutlivedItsEpoch(fate)) return orderNotOpen('cancelled');
  if (isOverdue(fate.deadline_at, at)) return orderNotOpen('expired');
  return acknowledged(fate.order_id, fate.acknowledged_at ?? at);
}

function acknowledged(orderId: string, at: Date): AcknowledgeResponse {
  return { status: 'acknowledged', order_id: orderId, timestamp: at.toISOString() };
}
