import { AppError } from '@countersign/shared/kernel';
import { sha256Hex } from '@countersign/shared/crypto';
import { actorOf } from '../actor.ts';
import type { Leaf } from '../leaf.ts';

/** An entry of the log, taken apart again. */
export interface ReadLeaf {
  /** Without `data`, which lies elsewhere when there is a `dataSha256`. */
  leaf: Leaf;
  /** Digest (64 hex) of the data that the leaf names by `dataref`; null when the data is inside. */
  dataSha256: string | null;
  /** What was said, when it is inside. Numbers beyond 2^53 are not exact here; they are in `leaf.text`. */
  data: Record<string, unknown> | null;
}

interface CanonicalEvent {
  id: string;
  source: string;
  type: string;
  subject: string;
  time: string;
  traceid?: string;
  dataref?: string;
  data?: Record<string, unknown>;
}

const attributes = ['id', 'source', 'type', 'subject', 'time'] as const;

/** The inverse of `leafOf`: the row of an entry. Throws AppError `LEDGER.BAD_LEAF` for what is no leaf of ours. */
export function readLeaf(entry: Uint8Array): ReadLeaf {
  const text = new TextDecoder().decode(entry);
  const event = parse(text);
  const dataSha256 = event.dataref === undefined ? null : digestOf(event.dataref);
  const leaf: Leaf = {
    eventId: event.id,
    source: event.source,
    type: event.type,
    siteId: event.subject,
    time: event.time,
    traceId: event.traceid ?? null,
    text,
    hash: sha256Hex(`\0${text}`),
    data: null,
    ...actorOf(event.data ?? {}),
  };
  return { leaf, dataSha256, data: event.data ?? null };
}

/** Gives an entry the data back that lay beside the log; the caller has compared its digest. */
export function giveData(read: ReadLeaf, data: string): void {
  read.data = JSON.parse(data) as Record<string, unknown>;
  Object.assign(read.leaf, { data, ...actorOf(read.data) });
}

function parse(text: string): CanonicalEvent {
  let event: Partial<CanonicalEvent> | null;
  try {
    event = JSON.parse(text) as Partial<CanonicalEvent> | null;
  } catch (cause) {
    throw badLeaf('It is no JSON.', cause);
  }
  const isWhole = attributes.every((name) => typeof event?.[name] === 'string');
  if (!isWhole || (event!.data === undefined) === (event!.dataref === undefined))
    throw badLeaf('It is no event with either data or a reference to it.');
  return event as CanonicalEvent;
}

function digestOf(dataref: string): string {
  const [, digest] = /^urn:sha256:([0-9a-f]{64})$/.exec(dataref) ?? [];
  if (digest === undefined) throw badLeaf('Its data is referred to otherwise than by a digest.');
  return digest;
}

const badLeaf = (detail: string, cause?: unknown): AppError =>
  new AppError('LEDGER.BAD_LEAF', 'invalid', `An entry of the ledger is no leaf. ${detail}`, { cause });
