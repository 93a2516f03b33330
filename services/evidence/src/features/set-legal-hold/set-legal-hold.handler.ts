import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import { envelopeOf, type Messaging, type RequestResult } from '@countersign/shared/messaging';
import type { Vault } from '@countersign/shared/vault';
import type { KeptBundle, RetentionChange, RetentionRepository } from '../../persistence/retention.repository.ts';
import { answerRefusal } from '../extend-retention/answer-refusal.ts';

type Name = 'rpc.evidence.set-legal-hold.v1';
type Question = RequestOf<Name>;
type Answer = ResponseOf<Name>;
export type SetLegalHold = (items: Question[]) => Promise<RequestResult<Answer>[]>;

export interface SetLegalHoldOptions {
  repository: Pick<RetentionRepository, 'changeInTurn'>;
  vault: Pick<Vault, 'setLegalHold'>;
  messaging: Pick<Messaging, 'publish'>;
}

/** Puts sealed bundles under legal hold and frees them: the vault first, then the row and the event, as with retention. */
export function createSetLegalHold({ repository, vault, messaging }: SetLegalHoldOptions): SetLegalHold {
  return (items) => Promise.all(items.map((item) => answerRefusal(setOne(item))));

  async function setOne(question: Question): Promise<Answer> {
    const { hold } = question;
    const { bundle, rows } = await repository.changeInTurn(question, async (kept) => {
      if (kept.legalHold === hold) return undefined;
      await vault.setLegalHold(kept.key, kept.versionId, hold);
      return changeOf(question, kept);
    });
    messaging.publish(rows);
    const { evidenceId, bundleId, retainUntil, now } = bundle;
    return {
      bundle_id: bundleId,
      evidence_id: evidenceId,
      retain_until: retainUntil.toISOString(),
      legal_hold: hold,
      timestamp: now.toISOString(),
    };
  }
}

function changeOf(question: Question, kept: KeptBundle): RetentionChange {
  const { principal_id, reason, hold, traceparent } = question;
  const { evidenceId, siteId, bundleId, now } = kept;
  const id = newId();
  const event = envelopeOf('evidence.legal-hold-changed.v1', {
    owner: 'evidence',
    id: `legal-hold-changed:${id}`,
    subject: siteId,
    time: now.toISOString(),
    traceparent,
    data: {
      evidence_id: evidenceId,
      bundle_id: bundleId,
      site_id: siteId,
      principal_id,
      reason,
      hold,
      changed_at: now.toISOString(),
    },
  });
  return { id, kind: hold ? 'hold-on' : 'hold-off', retainUntil: null, reason, principalId: principal_id, event };
}
