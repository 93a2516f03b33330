import { sha256Hex } from '@countersign/shared/crypto';
import { z } from 'zod';
import { linkHashOf } from '../chain-link.ts';
import { evidenceEnvelope, type RecordedBundle } from '../evidence-envelope.ts';

const text = z.string();
const envelope = z.strictObject({
  version: z.literal(1),
  evidence_id: text,
  site_id: text,
  host_id: text,
  bundle_id: text,
  position: z.int().positive(),
  previous_link_hash: text,
  link_hash: text,
  digest: text,
  recorded_at: text,
  trace_id: text.nullable(),
  signature: text.nullable(),
  public_key: text.nullable(),
  channel: z.enum(['json', 'upload']),
  document: text,
});

/**
 * The bundle inside an object of the vault, when the object is exactly what `evidenceEnvelope` makes of it, its text has
 * the digest that it says, and its link the hash; else undefined. Whether the link is the one of the chain is for the
 * caller.
 */
export function openEnvelope(bytes: Uint8Array): RecordedBundle | undefined {
  const json = new TextDecoder().decode(bytes);
  const parsed = envelope.safeParse(parse(json));
  if (!parsed.success) return undefined;
  const { version: _version, ...bundle } = parsed.data;
  const isGenuine =
    evidenceEnvelope(bundle) === json &&
    sha256Hex(bundle.document) === bundle.digest &&
    linkHashOf(bundle) === bundle.link_hash;
  return isGenuine ? bundle : undefined;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
