import type { RequestOf } from '@countersign/shared/contracts';
import { asAppError, newId } from '@countersign/shared/kernel';
import { envelopeOf, type Messaging } from '@countersign/shared/messaging';
import type { Vault } from '@countersign/shared/vault';
import { decideExtension } from '../../domain/decide-extension.ts';
import { retentionShortened } from '../../domain/retention-errors.ts';
import type { KeptBundle, RetentionChange, RetentionRepository } from '../../persistence/retention.repository.ts';
import { type ChangeRetention, createChangeRetention } from '../change-retention/change-retention.ts';
import { describeChange } from '../change-retention/describe-change.ts';

type Question = RequestOf<'rpc.evidence.extend-retention.v1'>;
export type ExtendRetention = ChangeRetention<Question>;

export interface ExtendRetentionOptions {
  repository: Pick<RetentionRepository, 'changeInTurn'>;
  vault: Pick<Vault, 'extendRetention' | 'getRetention'>;
  messaging: Pick<Messaging, 'publish'>;
}

/** Keeps sealed bundles for longer. */
export function createExtendRetention({ repository, vault, messaging }: ExtendRetentionOptions): ExtendRetention {
  return createChangeRetention({
    repository,
    messaging,
    change: extend,
    asked: (question) => ({ retainUntil: untilOf(question) }),
  });

  async function extend(question: Question, kept: KeptBundle): Promise<RetentionChange | undefined> {
    const until = untilOf(question);
    const decision = decideExtension(until, kept);
    if (!decision.ok) throw decision.refusal;
    if (decision.value === 'nothing-new') return undefined;
    await extendInVault(kept, until);
    return changeOf(question, kept, until);
  }

  async function extendInVault({ key, versionId }: KeptBundle, until: Date): Promise<void> {
    try {
      await vault.extendRetention(key, versionId, until);
    } catch (error) {
      // Somebody extended it further, past us.
      if (asAppError(error)?.code !== 'VAULT.RETENTION_SHORTENED') throw error;
      throw retentionShortened((await vault.getRetention(key, versionId)).retainUntil);
    }
  }
}

const untilOf = ({ retain_until }: Question): Date => new Date(retain_until);

function changeOf(question: Question, kept: KeptBundle, until: Date): RetentionChange {
  const { envelope, ofBundle } = describeChange(question, kept);
  const id = newId();
  const event = envelopeOf('evidence.retention-extended.v1', {
    ...envelope,
    id: `retention-extended:${id}`,
    data: {
      ...ofBundle,
      previous_until: kept.retainUntil.toISOString(),
      retain_until: until.toISOString(),
      changed_at: envelope.time,
    },
  });
  const { reason, principal_id: principalId } = question;
  return { id, kind: 'extended', retainUntil: until, reason, principalId, event };
}
