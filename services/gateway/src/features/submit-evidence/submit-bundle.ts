import type { EvidenceSubmitted } from '@countersign/shared/contracts';
import { deriveId } from '@countersign/shared/crypto';
import { AppError, fromWireError, newId, type WireError } from '@countersign/shared/kernel';
import { envelopeOf } from '@countersign/shared/messaging';
import type { RequestFacts } from '../../domain/request-facts.ts';
import type { AcceptEvent } from '../accept-intake/accept-events.ts';

type Bundle = Omit<EvidenceSubmitted, 'evidence_id' | 'submitted_at' | 'principal_id'>;

/** What is known of a bundle when the answer goes out. */
export interface Submission {
  evidenceId: string;
  /** Whether the evidence service has taken it; else it was only accepted for it. */
  recorded: boolean;
  uri: string | null;
  retainUntil: string | null;
  timestamp: string;
}

interface EvidenceReply {
  evidence_id?: string;
  uri?: string | null;
  retain_until?: string | null;
  recorded_at?: string;
  error?: WireError;
}

export type SubmitBundle = (bundle: Bundle, facts: RequestFacts) => Promise<Submission>;

/** A message takes the bundle twice escaped at worst; what could not be sent must not be accepted. */
const eventBytesAtMost = 900 * 1024;

/**
 * Accepts a bundle durably and waits for the verdict of the evidence service. The same bytes under the same id always
 * have the same evidence id, so that an answer without the verdict names it too.
 */
export function createSubmitBundle(acceptEvent: AcceptEvent, replyto: string): SubmitBundle {
  return async (bundle, facts) => {
    const submittedAt = new Date().toISOString();
    const evidenceId = deriveId(`evidence:${bundle.site_id}:${bundle.bundle_id}:${bundle.digest}`);
    const id = newId();
    const event = envelopeOf('gateway.evidence-submitted.v1', {
      owner: 'gateway',
      id,
      subject: bundle.site_id,
      time: submittedAt,
      traceparent: facts.traceparent,
      replyto,
      data: { evidence_id: evidenceId, ...bundle, submitted_at: submittedAt, principal_id: facts.principal.id },
    });
    const json = JSON.stringify(event);
    if (Buffer.byteLength(json) > eventBytesAtMost) {
      throw new AppError('REQUEST.TOO_LARGE', 'too-large', 'The bundle is larger than the gateway takes.');
    }
    const { reply } = await acceptEvent({ id, json });
    const verdict = (await reply) as EvidenceReply | undefined;
    if (verdict?.error) throw fromWireError(verdict.error);
    return {
      evidenceId: verdict?.evidence_id ?? evidenceId,
      recorded: verdict !== undefined,
      uri: verdict?.uri ?? null,
      retainUntil: verdict?.retain_until ?? null,
      timestamp: verdict?.recorded_at ?? submittedAt,
    };
  };
}
