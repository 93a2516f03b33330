import type { RequestOf } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import { envelopeOf, type Messaging } from '@countersign/shared/messaging';
import type { Vault } from '@countersign/shared/vault';
import type { KeptBundle, RetentionChange, RetentionRepository } from '../../persistence/retention.repository.ts';
import { type ChangeRetention, createChangeRetention } from '../change-retention/change-retention.ts';
import { describeChange } from '../change-retention/describe-change.ts';

type Question = RequestOf<'rpc.evidence.set-legal-hold.v1'>;
export type SetLegalHold = ChangeRetention<Question>;

export interface SetLegalHoldOptions {
  repository: Pick<RetentionRepository, 'changeInTurn'>;
  vault: Pick<Vault, 'setLegalHold'>;
  messaging: Pick<Messaging, 'publish'>;
}

/** Puts sealed bundles under legal hold and frees them. */
export function createSetLegalHold({ repository, vault, messaging }: SetLegalHoldOptions): SetLegalHold {
  return createChangeRetention({ repository, messaging, change: set, asked: ({ hold }) => ({ legalHold: hold }) });

  async function set(question: Question, kept: KeptBundle): Promise<RetentionChange | undefined> {
    const { hold } = question;
    if (kept.legalHold === hold) return undefined;
    await vault.setLegalHold(kept.key, kept.versionId, hold);
    return changeOf(question, kept);
  }
}

function changeOf(question: Question, kept: KeptBundle): RetentionChange {
  const { envelope, ofBundle } = describeChange(question, kept);
  const { hold, reason, principal_id: principalId } = question;
  const id = newId();
  const event = envelopeOf('evidence.legal-hold-changed.v1', {
    ...envelope,
    id: `legal-hold-changed:${id}`,
    data: { ...ofBundle, hold, changed_at: envelope.time },
  });
  return { id, kind: hold ? 'hold-on' : 'hold-off', retainUntil: null, reason, principalId, event };
}
