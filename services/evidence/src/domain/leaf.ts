import type { EventEnvelope } from '@countersign/shared/contracts';
import { actorOf } from './actor.ts';
import { canonicalString, canonicalText, sha256Hex } from '@countersign/shared/crypto';
import { AppError, asAppError } from '@countersign/shared/kernel';

/** An event as the ledger keeps it. */
export interface Leaf {
  eventId: string;
  /** `/` and the owner. */
  source: string;
  type: string;
  /** `fleetSubject` for what concerns no site. */
  siteId: string;
  /** RFC 3339. */
  time: string;
  traceId: string | null;
  /** The canonical event, plain ASCII: the bytes of the log's entry. */
  text: string;
  /** RFC 6962: SHA-256 of 0x00 and the entry; 64 hex. */
  hash: string;
  /** The canonical data of an event that is too large for an entry; the leaf then has its digest. */
  data: string | null;
  /** Whose doing it is, and at which route, of an event that has its data inside; see `actorOf`. */
  principalId: string | null;
  route: string | null;
  errorCode: string | null;
}

/** W3C Trace Context, version 00; the trace id is its second part. */
const validTraceparent = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
/** Larger leaves hand their data over to `dataref`. */
const inlineAtMost = 60_000;
/** The length of an entry is a uint16 (C2SP tlog-tiles). */
const entryAtMost = 65_535;

/**
 * The leaf of an event. It depends on what was said alone: not on the order of the fields, and not on what differs
 * between two deliveries (the span that sent it, who waits for a reply). Of an event that is too large, data is
 * replaced by `dataref`, the digest of its canonical string (the claim check of CloudEvents, extension `dataref`).
 * Throws an AppError of kind `invalid` for what has no canonical string, and for what is too large even so.
 */
export function leafOf(event: EventEnvelope): Leaf {
  const { specversion, id, source, type, subject, time, datacontenttype } = event;
  const traceId = validTraceparent.exec(event.traceparent ?? '')?.[1] ?? null;
  const data = type === 'gateway.evidence-submitted.v1' ? withoutDocument(event.data) : event.data;
  const attributes = {
    specversion,
    id,
    source,
    type,
    subject,
    time,
    datacontenttype,
    ...(traceId !== null && { traceid: traceId }),
  };
  const whole = canonical({ ...attributes, data });
  const isInline = whole.length <= inlineAtMost;
  const kept = isInline ? null : canonical(data);
  const text = kept === null ? whole : canonical({ ...attributes, dataref: datarefOf(kept) });
  if (text.length > entryAtMost)
    throw new AppError('LEDGER.LEAF_TOO_LARGE', 'invalid', `A leaf has at most ${entryAtMost} bytes.`);
  // A canonical string is ASCII: its length in characters is that in bytes, and the text with a 0 before it the input.
  const input = `\0${text}`;
  const hash = sha256Hex(input);
  // A part of the input, which hashing has made one piece of: the hundred pieces that `text` is made of are let go.
  return {
    eventId: id,
    source,
    type,
    siteId: subject,
    time,
    traceId,
    text: input.slice(1),
    hash,
    data: kept,
    ...actorOf(event.data),
  };
}

/** How a leaf names data that is kept beside it: `urn:sha256:` and the digest of its canonical string. */
export function datarefOf(canonicalData: string): string {
  return `urn:sha256:${sha256Hex(canonicalData)}`;
}

/** What an appliance reported may hold whole numbers beyond 2^53; they are printed as the event's own text has them. */
function canonical(value: object): string {
  try {
    return canonicalString(value);
  } catch (error) {
    if (asAppError(error)?.code !== 'CRYPTO.NOT_CANONICAL') throw error;
    assertNoGaps(value);
    return canonicalText(JSON.stringify(value));
  }
}

/** `JSON.stringify` leaves out what is undefined; an event that lacks an attribute must not become a leaf without it. */
function assertNoGaps(value: object): void {
  if (Object.values(value).includes(undefined))
    throw new AppError('LEDGER.BAD_EVENT', 'invalid', 'The event lacks an attribute.');
}

/** The text of a bundle is kept once, with the bundle; its digest stays in the leaf. */
function withoutDocument(data: object): object {
  const { document: _document, ...kept } = data as Record<string, unknown>;
  return kept;
}
