import {
  eventCatalog,
  type EventEnvelope,
  type EventName,
  type RequestName,
  type ServiceName,
} from '../contracts/index.ts';
import type { DueOutboxRow } from '../persistence/index.ts';
import type { Requester } from './requester.ts';

/** Finds out which published batches still lack an effect somewhere. */
export interface EffectConfirmer {
  /** Rows of which at least one event has had no effect in one of its consumers; throws when a consumer is silent. */
  rowsWithoutEffect(rows: DueOutboxRow[]): Promise<DueOutboxRow[]>;
}

type ConsumingService = Exclude<ServiceName, 'gateway'>;

interface Question {
  service: ConsumingService;
  type: EventName;
  rowOf: Map<string, DueOutboxRow>;
}

/**
 * The broker is transport, never the record: that it took a message says nothing about the effect. So the owner of an
 * event asks each consumer which of its events are unknown there, and keeps the outbox row until none is.
 */
export function createEffectConfirmer(requester: Requester): EffectConfirmer {
  return {
    async rowsWithoutEffect(rows) {
      const missing = new Set<DueOutboxRow>();
      await Promise.all(
        questionsAbout(rows).map(async ({ service, type, rowOf }) => {
          const request: RequestName = `rpc.${service}.missing-effects.v1`;
          const answer = await requester.ask(request, { type, event_ids: [...rowOf.keys()] }, { timeoutMs: 5_000 });
          for (const id of answer.missing) missing.add(rowOf.get(id)!);
        }),
      );
      return [...missing];
    },
  };
}

function questionsAbout(rows: DueOutboxRow[]): Question[] {
  const questions = new Map<string, Question>();
  for (const row of rows) {
    const type = row.subject as EventName;
    for (const service of eventCatalog[type].consumers as readonly ConsumingService[]) {
      const key = `${service} ${type}`;
      const question = questions.get(key) ?? { service, type, rowOf: new Map<string, DueOutboxRow>() };
      questions.set(key, question);
      for (const event of JSON.parse(row.payload) as EventEnvelope[]) question.rowOf.set(event.id, row);
    }
  }
  return [...questions.values()];
}
