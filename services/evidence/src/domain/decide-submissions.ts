import type { EvidenceSubmitted } from '@countersign/shared/contracts';
import { type ChainHead, type ChainLink, emptyChain, headAt, linkAfter } from './chain-link.ts';
import type { RefusalCode } from './evidence-errors.ts';
import type { Verdict } from './judge-bundle.ts';

/** A bundle that was handed in, with what its signature is worth. */
export interface Submission {
  /** The event that brought it. The same event may come again; another one may bring the same bundle. */
  eventId: string;
  bundle: EvidenceSubmitted;
  verdict: Verdict;
  traceId: string | null;
  traceparent: string | undefined;
  /** Inbox of the gateway that waits for the outcome. */
  replyto: string | undefined;
}

/** A bundle that is recorded. */
export interface KnownBundle {
  siteId: string;
  bundleId: string;
  evidenceId: string;
  digest: string;
  signature: string | null;
  /** RFC 3339. */
  recordedAt: string;
  /** Of the sealed object; null until then. */
  uri: string | null;
  retainUntil: string | null;
}

/** What is in the tables when the chains of all sites of the batch are locked. */
export interface KnownState {
  /** By site; a site without row has an empty chain. */
  heads: ReadonlyMap<string, ChainHead>;
  bundles: readonly KnownBundle[];
  /** Refused events with their code. */
  refusals: ReadonlyMap<string, RefusalCode>;
  /** Server time, RFC 3339 with milliseconds. */
  now: string;
}

export type Decision =
  | { kind: 'new'; submission: Submission; link: ChainLink }
  /** It was recorded before, or earlier in this batch: the first answer stands. */
  | { kind: 'repeat'; submission: Submission; known: KnownBundle }
  /** `again`: this very event was refused before, and nothing is recorded anew. */
  | { kind: 'refused'; submission: Submission; code: RefusalCode; again: boolean };

export interface DecidedBatch {
  /** One per submission, in their order. */
  decisions: Decision[];
  /** The ends of the chains that grew. */
  heads: ChainHead[];
}

const keyOf = (siteId: string, bundleId: string) => `${siteId}\n${bundleId}`;

/**
 * Decides what becomes of each submission of a batch, one after another, as if each came alone: an event is decided
 * once; a bundle id stands for one text; a repeat of the same text under the same signature is not judged again, for
 * the key may have changed since.
 */
export function decideSubmissions(submissions: readonly Submission[], state: KnownState): DecidedBatch {
  const heads = new Map(state.heads);
  const grown = new Set<string>();
  const bundles = new Map(state.bundles.map((known) => [keyOf(known.siteId, known.bundleId), known]));
  const refusals = new Map(state.refusals);

  const decide = (submission: Submission): Decision => {
    const { eventId, bundle, verdict } = submission;
    const refused = refusals.get(eventId);
    if (refused !== undefined) return { kind: 'refused', submission, code: refused, again: true };
    const key = keyOf(bundle.site_id, bundle.bundle_id);
    const known = bundles.get(key);
    const sameText = known?.digest === bundle.digest;
    if (known && sameText && known.signature === bundle.signature) return { kind: 'repeat', submission, known };
    if (!verdict.ok || (known && !sameText)) {
      const code = verdict.ok ? 'EVIDENCE.BUNDLE_CONFLICT' : verdict.refusal;
      refusals.set(eventId, code);
      return { kind: 'refused', submission, code, again: false };
    }
    if (known) return { kind: 'repeat', submission, known };
    const link = linkAfter(heads.get(bundle.site_id) ?? emptyChain(bundle.site_id), {
      evidence_id: bundle.evidence_id,
      bundle_id: bundle.bundle_id,
      host_id: bundle.host_id,
      digest: bundle.digest,
      signature: bundle.signature,
      public_key: verdict.value.publicKey,
      recorded_at: state.now,
    });
    heads.set(bundle.site_id, headAt(link));
    grown.add(bundle.site_id);
    bundles.set(key, recordedAs(link));
    return { kind: 'new', submission, link };
  };

  const decisions = submissions.map(decide);
  return { decisions, heads: [...grown].map((siteId) => heads.get(siteId)!) };
}

function recordedAs(link: ChainLink): KnownBundle {
  return {
    siteId: link.site_id,
    bundleId: link.bundle_id,
    evidenceId: link.evidence_id,
    digest: link.digest,
    signature: link.signature,
    recordedAt: link.recorded_at,
    uri: null,
    retainUntil: null,
  };
}
