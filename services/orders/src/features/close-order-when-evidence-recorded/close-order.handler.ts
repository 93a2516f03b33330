import { type EventEnvelope, evidenceRecorded } from '@countersign/shared/contracts';
import type { Clock } from '@countersign/shared/kernel';
import type { Messaging } from '@countersign/shared/messaging';
import { judgeEvidence } from '../../domain/close-order.ts';
import { durables } from '../../domain/durables.ts';
import type { ClosingRepository } from '../../persistence/closing.repository.ts';
import { describeClosed } from '../describe-events/describe-events.ts';

export type CloseOrders = (events: EventEnvelope[]) => Promise<void>;

export interface CloseOrdersOptions {
  repository: Pick<ClosingRepository, 'closeByEvidence'>;
  messaging: Pick<Messaging, 'publish'>;
  clock: Clock;
}

export function createCloseOrders({ repository, messaging, clock }: CloseOrdersOptions): CloseOrders {
  return async (events) => {
    const notices = events.map(({ id, traceparent, data }) => ({
      eventId: id,
      verdict: judgeEvidence(evidenceRecorded.parse(data), traceparent ?? null),
    }));
    const { rows } = await repository.closeByEvidence(durables.closeOrder, notices, clock.now(), describeClosed);
    messaging.publish(rows);
  };
}
