import type { RetentionResponse } from '@countersign/shared/contracts';
import type { Messaging, RequestResult } from '@countersign/shared/messaging';
import type { KeptBundle, RetentionChange, RetentionRepository } from '../../persistence/retention.repository.ts';
import { answerRefusal } from './answer-refusal.ts';
import type { ChangeQuestion } from './describe-change.ts';

export interface ChangeRetentionOptions<Question> {
  repository: Pick<RetentionRepository, 'changeInTurn'>;
  messaging: Pick<Messaging, 'publish'>;
  /** Has the vault do what is asked and describes it; undefined when there is nothing to do. Throws what is refused. */
  change: (question: Question, kept: KeptBundle) => Promise<RetentionChange | undefined>;
  /** What is asked, in the words of a bundle that is kept so. */
  asked: (question: Question) => Partial<Pick<KeptBundle, 'retainUntil' | 'legalHold'>>;
}

export type ChangeRetention<Question> = (items: Question[]) => Promise<RequestResult<RetentionResponse>[]>;

/**
 * Changes how sealed bundles are kept: the vault first, then the row and the event. A crash in between is mended by asking
 * again, for the vault does it twice with one effect; without a row, nothing has been said.
 */
export function createChangeRetention<Question extends ChangeQuestion>({
  repository,
  messaging,
  change,
  asked,
}: ChangeRetentionOptions<Question>): ChangeRetention<Question> {
  return (items) => Promise.all(items.map((item) => answerRefusal(changeOne(item))));

  async function changeOne(question: Question): Promise<RetentionResponse> {
    const { bundle, rows } = await repository.changeInTurn(question, (kept) => change(question, kept));
    messaging.publish(rows);
    const { evidenceId, bundleId, retainUntil, legalHold, now } = { ...bundle, ...asked(question) };
    return {
      bundle_id: bundleId,
      evidence_id: evidenceId,
      retain_until: retainUntil.toISOString(),
      legal_hold: legalHold,
      timestamp: now.toISOString(),
    };
  }
}
