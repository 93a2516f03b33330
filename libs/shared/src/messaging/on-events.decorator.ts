import { EventPattern } from '@nestjs/microservices';
import {
  consumerCatalog,
  type ConsumerEntry,
  type ConsumerName,
  type EventName,
  type ServiceName,
  streamOf,
} from '../contracts/index.ts';

export interface EventsOptions {
  /** `<service>-<feature>`: the place that this reader has reached in the stream. */
  durable: ConsumerName;
  /** Waits so long for more before it handles: for work that nobody waits for. */
  lingerMs?: number;
  /** Messages of one batch at most. */
  maxMessages?: number;
}

export interface EventsExtras extends EventsOptions {
  stream: string;
  subject?: string;
}

/** Binds a method to all events of one type: it gets `EventEnvelope[]`, and what it does is one transaction. */
export function OnEvents(name: EventName, options: EventsOptions): MethodDecorator {
  const extras: EventsExtras = { ...options, stream: streamOf(name), subject: name };
  refuseOther(extras);
  return EventPattern(options.durable, extras as unknown as Record<string, unknown>) as MethodDecorator;
}

/** Binds a method to every event of an owner, or to every dead letter. */
export function OnEveryEvent(owner: ServiceName | 'dead-letters', options: EventsOptions): MethodDecorator {
  const stream = owner === 'dead-letters' ? 'DEAD_LETTERS' : owner.toUpperCase();
  const extras: EventsExtras = { ...options, stream };
  refuseOther(extras);
  return EventPattern(options.durable, extras as unknown as Record<string, unknown>) as MethodDecorator;
}

/** The broker makes consumers, and gives rights to them, from the catalogue: one that is not in it would wait for ever. */
function refuseOther({ durable, stream, subject }: EventsExtras): void {
  const entry: ConsumerEntry = consumerCatalog[durable];
  if (entry?.stream !== stream || entry.subject !== subject)
    throw new Error(`${durable}: the catalogue of consumers does not say that it hears ${subject ?? stream}.`);
}
