import type { EventEnvelope, EvidenceRefused } from '@countersign/shared/contracts';
import { envelopeOf, type Messaging } from '@countersign/shared/messaging';
import { type DecidedBatch, decideSubmissions } from '../../domain/decide-submissions.ts';
import type { ChainRepository } from '../../persistence/chain.repository.ts';
import { answerSubmission } from './answer-submission.ts';
import type { ApplianceKeys } from '../find-appliance-key/appliance-keys.ts';
import { judgeSubmissions } from './judge-submissions.ts';

export interface RecordEvidenceOptions {
  chains: ChainRepository;
  keys: ApplianceKeys;
  messaging: Pick<Messaging, 'publish' | 'reply'>;
  /** Called when there is something new to seal. */
  wakeSealer: () => void;
}

export type RecordEvidence = (events: EventEnvelope[]) => Promise<void>;

/** Verifies bundles, chains the good ones, records the refused ones, and tells the gateways that wait. */
export function createRecordEvidence({ chains, keys, messaging, wakeSealer }: RecordEvidenceOptions): RecordEvidence {
  return async (events) => {
    const submissions = await judgeSubmissions(events, keys);
    const { batch, said } = await chains.append({
      submissions,
      decide: (state) => decideSubmissions(submissions, state),
      describeRefusals,
    });
    messaging.publish(said);
    messaging.reply(batch.decisions.flatMap(answerSubmission));
    if (batch.heads.length > 0) wakeSealer();
  };
}

function describeRefusals({ decisions }: DecidedBatch, now: string): string[] {
  return decisions.flatMap((decision) => {
    if (decision.kind !== 'refused' || decision.again) return [];
    const { eventId, traceparent, bundle } = decision.submission;
    const { bundle_id, site_id, host_id, digest } = bundle;
    const data: EvidenceRefused = { bundle_id, site_id, host_id, digest, error_code: decision.code, refused_at: now };
    const event = envelopeOf('evidence.refused.v1', {
      owner: 'evidence',
      id: `refused:${eventId}`,
      subject: site_id,
      time: now,
      traceparent,
      data,
    });
    return [JSON.stringify(event)];
  });
}
