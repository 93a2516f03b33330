import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import { asAppError, newId } from '@countersign/shared/kernel';
import { envelopeOf, type Messaging, type RequestResult } from '@countersign/shared/messaging';
import type { Vault } from '@countersign/shared/vault';
import { decideExtension } from '../../domain/decide-extension.ts';
import { retentionShortened } from '../../domain/retention-errors.ts';
import type { KeptBundle, RetentionChange, RetentionRepository } from '../../persistence/retention.repository.ts';
import { answerRefusal } from './answer-refusal.ts';

type Name = 'rpc.evidence.extend-retention.v1';
type Question = RequestOf<Name>;
type Answer = ResponseOf<Name>;
export type ExtendRetention = (items: Question[]) => Promise<RequestResult<Answer>[]>;

export interface ExtendRetentionOptions {
  repository: Pick<RetentionRepository, 'changeInTurn'>;
  vault: Pick<Vault, 'extendRetention' | 'getRetention'>;
  messaging: Pick<Messaging, 'publish'>;
}

/**
 * Keeps sealed bundles for longer: the vault first, then the row and the event. A crash in between is mended by asking
 * again, for the vault does it twice with one effect; without a row, nothing has been said.
 */
export function createExtendRetention({ repository, vault, messaging }: ExtendRetentionOptions): ExtendRetention {
  return (items) => Promise.all(items.map((item) => answerRefusal(extendOne(item))));

  async function extendOne(question: Question): Promise<Answer> {
    const until = new Date(question.retain_until);
    const { bundle, rows } = await repository.changeInTurn(question, async (kept) => {
      const decision = decideExtension(until, kept);
      if (!decision.ok) throw decision.refusal;
      if (decision.value === 'nothing-new') return undefined;
      await extendInVault(kept, until);
      return changeOf(question, kept, until);
    });
    messaging.publish(rows);
    const { evidenceId, bundleId, legalHold, now } = bundle;
    return {
      bundle_id: bundleId,
      evidence_id: evidenceId,
      retain_until: until.toISOString(),
      legal_hold: legalHold,
      timestamp: now.toISOString(),
    };
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

function changeOf(question: Question, kept: KeptBundle, until: Date): RetentionChange {
  const { principal_id, reason, traceparent } = question;
  const { evidenceId, siteId, bundleId, retainUntil, now } = kept;
  const id = newId();
  const event = envelopeOf('evidence.retention-extended.v1', {
    owner: 'evidence',
    id: `retention-extended:${id}`,
    subject: siteId,
    time: now.toISOString(),
    traceparent,
    data: {
      evidence_id: evidenceId,
      bundle_id: bundleId,
      site_id: siteId,
      principal_id,
      reason,
      previous_until: retainUntil.toISOString(),
      retain_until: until.toISOString(),
      changed_at: now.toISOString(),
    },
  });
  return { id, kind: 'extended', retainUntil: until, reason, principalId: principal_id, event };
}
