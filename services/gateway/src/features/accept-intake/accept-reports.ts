import { eventCatalog } from '@countersign/shared/contracts';
import { AppError, newId } from '@countersign/shared/kernel';
import { joinBatch, type Messaging, type Reply, type ReplyInbox } from '@countersign/shared/messaging';
import type { IntakeAnswer, IntakeRepository, IntakeRow } from '../../persistence/intake.repository.ts';
import { GroupCommit, lingerForCompany } from '../gather-work/group-commit.ts';

/** What became of a report. */
export interface Intake extends IntakeAnswer {
  /** For an accepted one: what the deciding service says within the wait, else undefined. */
  reply?: Promise<Reply | undefined>;
}

export interface AcceptReportsOptions {
  repository: IntakeRepository;
  messaging: Messaging;
  inbox: ReplyInbox;
  replyWaitMs: number;
  backlogLimit: number;
}

export type AcceptReport = (row: IntakeRow) => Promise<Intake>;

const subject = 'gateway.incident-reported.v1';
const { answeredBy } = eventCatalog[subject];
/** A lost race for a key is found as a repeat by the next commit. */
const racesAtMost = 5;

/** Accepts reports durably: one commit for all that wait, then one message for all that were accepted. */
export function createAcceptReports({
  repository,
  messaging,
  inbox,
  replyWaitMs,
  backlogLimit,
}: AcceptReportsOptions): AcceptReport {
  const commits = new GroupCommit<IntakeRow, Intake>({
    keyOf: (row) => row.idempotencyKey,
    bytesOf: (row) => row.event.length,
    full: backlogFull,
    lingerMs: lingerForCompany,
    async commit(rows) {
      const outboxId = newId();
      const answers: Intake[] = await repository.acceptReports(rows, { id: outboxId, subject });
      const accepted: string[] = [];
      answers.forEach((answer, index) => {
        if (answer.outcome !== 'accepted') return;
        const row = rows[index]!;
        accepted.push(row.event);
        answer.reply = inbox.wait(row.eventId, replyWaitMs, answeredBy);
      });
      if (accepted.length > 0) messaging.publish([{ id: outboxId, subject, payload: joinBatch(accepted) }]);
      return answers;
    },
  });

  return async (row) => {
    if (messaging.relay.unpublished().unpublished >= backlogLimit) throw backlogFull();
    for (let race = 0; race < racesAtMost; race += 1) {
      // The commit that lost the race for the key has taken the nonce.
      const intake = await commits.submit(race === 0 ? row : { ...row, nonce: undefined });
      if (intake.outcome !== 'raced') return intake;
    }
    throw new AppError('GATEWAY.UNAVAILABLE', 'unavailable', 'Too many repeats of this request are under way.', {
      retryAfterSeconds: 1,
    });
  };
}

export function backlogFull(): AppError {
  return new AppError('GATEWAY.BACKLOG_FULL', 'unavailable', 'Too much accepted work waits for the broker.', {
    retryAfterSeconds: 10,
  });
}
