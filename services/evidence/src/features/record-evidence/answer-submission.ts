import { toWireError } from '@countersign/shared/kernel';
import type { Reply } from '@countersign/shared/messaging';
import type { Decision } from '../../domain/decide-submissions.ts';
import { refusalOf } from '../../domain/evidence-errors.ts';

/** What the gateway is told of a decision; nothing yet of a new upload, which is told when it is sealed. */
export function answerSubmission(decision: Decision): { replyto: string | undefined; reply: Reply }[] {
  const { eventId: id, replyto, bundle } = decision.submission;
  switch (decision.kind) {
    case 'refused':
      return [{ replyto, reply: { id, error: toWireError(refusalOf(decision.code)) } }];
    case 'repeat': {
      const { evidenceId, uri, retainUntil, recordedAt } = decision.known;
      const outcome = uri === null ? 'accepted' : 'sealed';
      return [
        {
          replyto,
          reply: { id, outcome, evidence_id: evidenceId, uri, retain_until: retainUntil, recorded_at: recordedAt },
        },
      ];
    }
    case 'new': {
      if (bundle.channel === 'upload') return [];
      const { evidence_id, recorded_at } = decision.link;
      return [{ replyto, reply: { id, outcome: 'accepted', evidence_id, uri: null, recorded_at } }];
    }
  }
}
