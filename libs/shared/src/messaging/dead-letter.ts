import type { EventEnvelope, EventName, ServiceName } from '../contracts/index.ts';
import { newId, toWireError } from '../kernel/index.ts';
import type { DeadLetterRepository, OutboxRow } from '../persistence/index.ts';
import { type Logger, traceIdOf } from '../telemetry/index.ts';
import { envelopeOf, joinBatch } from './event-batch.ts';

export interface Burial {
  service: ServiceName;
  consumer: string;
  event: EventEnvelope;
  error: unknown;
  tries: number;
  logger: Logger;
}

/** Records an event that is given up; returns what has to be published about it (nothing when it was known). */
export async function buryEvent(repository: DeadLetterRepository, burial: Burial): Promise<OutboxRow[]> {
  const { service, consumer, event, error, tries, logger } = burial;
  const id = `${consumer}:${event.id}`;
  const { code, message } = toWireError(error);
  const cause = error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 2_000) : message;
  logger.error(
    { err: error, consumer, event_id: event.id, event_type: event.type, tries },
    'event given up; it is a dead letter now',
  );
  const type: EventName = `dead-letters.${service}.v1`;
  const recordedAt = new Date().toISOString();
  const announcement = envelopeOf(type, {
    owner: service,
    id: `dead:${id}`,
    subject: event.subject,
    time: recordedAt,
    traceparent: event.traceparent,
    data: {
      dead_letter_id: id,
      consumer,
      event_id: event.id,
      event_type: event.type,
      error_code: code,
      cause,
      tries,
      recorded_at: recordedAt,
    },
  });
  const row = {
    id: newId(),
    subject: type,
    payload: joinBatch([JSON.stringify(announcement)]),
  };
  const letter = {
    id,
    consumer,
    eventId: event.id,
    eventType: event.type,
    event: JSON.stringify(event),
    errorCode: code,
    cause,
    traceId: event.traceparent ? traceIdOf(event.traceparent) : null,
  };
  return (await repository.record(letter, row)) ? [row] : [];
}
