import { eventCatalog, type EventContract, type EventNameOf } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import { joinBatch, type Messaging, type Reply, type ReplyInbox } from '@countersign/shared/messaging';
import type { IntakeRepository } from '../../persistence/intake.repository.ts';
import { backlogFull } from './accept-reports.ts';
import { GroupCommit, lingerForCompany } from '../gather-work/group-commit.ts';

export interface AcceptEventsOptions {
  subject: EventNameOf<'gateway'>;
  repository: IntakeRepository;
  messaging: Messaging;
  inbox: ReplyInbox;
  replyWaitMs: number;
  backlogLimit: number;
}

/** Resolves once the event is committed; `reply` is what the consuming service says within the wait. */
export type AcceptEvent = (event: { id: string; json: string }) => Promise<{ reply: Promise<Reply | undefined> }>;

/** Accepts events that are neither limited nor kept under a key: one commit and one message for all that wait. */
export function createAcceptEvents(options: AcceptEventsOptions): AcceptEvent {
  const { subject, repository, messaging, inbox, replyWaitMs, backlogLimit } = options;
  const { answeredBy = [] }: EventContract = eventCatalog[subject];
  const commits = new GroupCommit<{ id: string; json: string }, { reply: Promise<Reply | undefined> }>({
    bytesOf: (event) => event.json.length,
    full: backlogFull,
    lingerMs: lingerForCompany,
    async commit(events) {
      const row = { id: newId(), subject, payload: joinBatch(events.map((event) => event.json)) };
      await repository.acceptEvents(row);
      const outcomes = events.map((event) => ({ reply: inbox.wait(event.id, replyWaitMs, answeredBy) }));
      messaging.publish([row]);
      return outcomes;
    },
  });
  return async (event) => {
    if (messaging.relay.unpublished().unpublished >= backlogLimit) throw backlogFull();
    return commits.submit(event);
  };
}
