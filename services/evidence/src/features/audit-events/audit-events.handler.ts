import type { EventEnvelope } from '@countersign/shared/contracts';
import { leafOf } from '../../domain/leaf.ts';
import type { LedgerRepository } from '../../persistence/ledger.repository.ts';

export type AuditEvents = (events: EventEnvelope[]) => Promise<void>;

export interface AuditEventsOptions {
  ledger: Pick<LedgerRepository, 'append'>;
  /** There are new leaves to publish. */
  wakePublisher?: () => void;
}

/** Gives every event its place in the ledger: the order in which we had it, whoever says when it happened. */
export function createAuditEvents({ ledger, wakePublisher = () => {} }: AuditEventsOptions): AuditEvents {
  return async (events) => {
    const appended = await ledger.append(events.map(leafOf));
    if (appended > 0) wakePublisher();
  };
}
