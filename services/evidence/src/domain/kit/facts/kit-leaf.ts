import { canonicalText, sha256Hex } from '@countersign/shared/crypto';
import { type Fields, fieldsIn, parseFields, textIn, textsOf } from './read-fields.ts';

/** A leaf of the ledger, as the kit has it. */
export interface KitLeaf {
  /** Its place in the ledger, from 0. */
  index: number;
  /** The canonical event: its bytes are the entry of the log. */
  text: string;
  eventId: string;
  /** Name of the event in the catalogue. */
  type: string;
  /** The site; `-` for what concerns no site. */
  subject: string;
  /** RFC 3339, the server's clock. */
  time: string;
  traceId: string | null;
  /** Empty when it is kept elsewhere and `dataText` was not given. */
  data: Fields;
  /** Digest of the data that the leaf only names, because it is too large for one. */
  dataDigest: string | null;
}

const dataref = /^urn:sha256:([0-9a-f]{64})$/;

/**
 * Reads a leaf; `dataText` is the data that it names, when it names some. Undefined for what is no canonical CloudEvent,
 * or when the data is not the one that is named.
 */
export function readLeaf(index: number, text: string, dataText?: string): KitLeaf | undefined {
  const event = isCanonical(text) ? parseFields(text) : undefined;
  if (event === undefined) return undefined;
  const named = textsOf(event, 'id', 'type', 'subject', 'time');
  if (named === undefined) return undefined;
  const [eventId, type, subject, time] = named;
  const dataDigest = dataref.exec(textIn(event, 'dataref') ?? '')?.[1] ?? null;
  if (dataDigest !== null && dataText !== undefined && sha256Hex(dataText) !== dataDigest) return undefined;
  const data = dataDigest === null ? fieldsIn(event, 'data') : dataText === undefined ? {} : parseFields(dataText);
  if (data === undefined) return undefined;
  return { index, text, eventId, type, subject, time, traceId: textIn(event, 'traceid'), data, dataDigest };
}

/** Whether no parser can read anything else in it: no key twice, one spelling of each value. */
export function isCanonical(text: string): boolean {
  try {
    return canonicalText(text) === text;
  } catch {
    return false;
  }
}
