import { sha256Hex } from '@countersign/shared/crypto';
import type { ChainLink } from '../../chain-link.ts';
import { evidenceEnvelope, type RecordedBundle } from '../../evidence-envelope.ts';
import { countIn, type Fields, numberIn, parseFields, textIn, textsIn } from './read-fields.ts';

/** A bundle as the kit has it: what its envelope says, without the document. */
export interface KitBundle extends ChainLink {
  traceId: string | null;
  channel: string;
  /** Of the envelope's file. */
  size: number;
  sha256: string;
  /** What the appliance said in the document that it signed. */
  said: BundleStatement;
}

/** Fields of a document that are looked at; all of them are the appliance's word. */
export interface BundleStatement {
  site_id: string | null;
  host_id: string | null;
  bundle_id: string | null;
  order_id: string | null;
  incident_id: string | null;
  runbook_id: string | null;
  runbook_digest: string | null;
  order_nonce: string | null;
  check_type: string | null;
  outcome: string | null;
  error: string | null;
  timestamp_start: string | null;
  timestamp_end: string | null;
  hipaa_controls: string[];
  actions: number;
}

/** An envelope as the vault keeps it; undefined for bytes that are not the one spelling of such an envelope. */
function readEnvelope(text: string): RecordedBundle | undefined {
  const fields = parseFields(text);
  if (fields === undefined) return undefined;
  const required = ['evidence_id', 'site_id', 'host_id', 'bundle_id', 'previous_link_hash', 'link_hash', 'digest'];
  const texts = [...required, 'recorded_at', 'channel', 'document'];
  if (!texts.every((name) => textIn(fields, name) !== null) || numberIn(fields, 'position') === null) return undefined;
  const optional = ['signature', 'public_key', 'trace_id'];
  if (!optional.every((name) => fields[name] === null || textIn(fields, name) !== null)) return undefined;
  const envelope = fields as unknown as RecordedBundle;
  try {
    return evidenceEnvelope(envelope) === text ? envelope : undefined;
  } catch {
    return undefined;
  }
}

/** The envelope at a position of the chain, from its bytes; undefined when they are no such envelope. */
export function readBundle(position: number, text: string): { bundle: KitBundle; document: string } | undefined {
  const envelope = readEnvelope(text);
  if (envelope?.position !== position) return undefined;
  return { bundle: bundleOf(envelope, text), document: envelope.document };
}

/** The facts of an envelope whose bytes are `text`. */
function bundleOf(envelope: RecordedBundle, text: string): KitBundle {
  const { trace_id, channel, document, ...link } = envelope;
  return {
    evidence_id: link.evidence_id,
    bundle_id: link.bundle_id,
    host_id: link.host_id,
    site_id: link.site_id,
    digest: link.digest,
    signature: link.signature,
    public_key: link.public_key,
    recorded_at: link.recorded_at,
    position: link.position,
    previous_link_hash: link.previous_link_hash,
    link_hash: link.link_hash,
    traceId: trace_id,
    channel,
    size: text.length,
    sha256: sha256Hex(text),
    said: readStatement(parseFields(document) ?? {}),
  };
}

function readStatement(document: Fields): BundleStatement {
  const say = (name: string) => textIn(document, name);
  return {
    site_id: say('site_id'),
    host_id: say('host_id'),
    bundle_id: say('bundle_id'),
    order_id: say('order_id'),
    incident_id: say('incident_id'),
    runbook_id: say('runbook_id'),
    runbook_digest: say('runbook_digest'),
    order_nonce: say('order_nonce'),
    check_type: say('check_type') ?? say('check'),
    outcome: say('outcome'),
    error: say('error'),
    timestamp_start: say('timestamp_start'),
    timestamp_end: say('timestamp_end'),
    hipaa_controls: textsIn(document, 'hipaa_controls'),
    actions: countIn(document, 'actions_taken'),
  };
}
