import { canonicalString } from '@countersign/shared/crypto';
import type { ChainLink } from './chain-link.ts';

/** A bundle as it is recorded: its link, and what the vault keeps besides. */
export interface RecordedBundle extends ChainLink {
  trace_id: string | null;
  channel: 'json' | 'upload';
  /** The exact signed text. */
  document: string;
}

/**
 * The object that the vault keeps: the canonical string of these fields, with the signed text as a string inside, so
 * that its bytes survive as they were signed. It depends on what is recorded and on nothing else: sealing twice gives
 * the same bytes.
 */
export function evidenceEnvelope(bundle: RecordedBundle): string {
  const { evidence_id, site_id, host_id, bundle_id, position, previous_link_hash, link_hash } = bundle;
  const { digest, recorded_at, trace_id, signature, public_key, channel, document } = bundle;
  return canonicalString({
    version: 1,
    evidence_id,
    site_id,
    host_id,
    bundle_id,
    position,
    previous_link_hash,
    link_hash,
    digest,
    recorded_at,
    trace_id,
    signature,
    public_key,
    channel,
    document,
  });
}
