import { sha256 } from '@countersign/shared/crypto/portable';
import {
  decodeBase64,
  emptyRoot,
  isSameBytes,
  openCheckpoint,
  type SignedCheckpoint,
  verifyConsistency,
} from '@countersign/shared/ledger';
import type { PinnedKey } from './pinned-key.ts';
import type { ShownLedger } from './read-answer.ts';

/**
 * Why an answer is a lie, given what this box has seen:
 *
 * - `SPLIT_VIEW`: a checkpoint of the same size with another root;
 * - `ROLLED_BACK`: a smaller ledger, or none any more;
 * - `BAD_SIGNATURE`: no checkpoint that the pinned key has signed;
 * - `BAD_PROOF`: a larger ledger that is not proved to continue the one that was seen; so a second history looks.
 */
export type LieReason = 'SPLIT_VIEW' | 'ROLLED_BACK' | 'BAD_SIGNATURE' | 'BAD_PROOF';

export type Judgement =
  /** It is larger, and what was seen is its beginning: it may be kept. */
  | { kind: 'grown'; checkpoint: SignedCheckpoint }
  /** Nothing new, nothing wrong. */
  | { kind: 'same' }
  | { kind: 'lie'; reason: LieReason; message: string };

const lie = (reason: LieReason, message: string): Judgement => ({ kind: 'lie', reason, message });

/** Holds what the server shows against the newest checkpoint that was verified before, if there is one. Pure. */
export function judgeAnswer(
  seen: SignedCheckpoint | undefined,
  { checkpoint: note, consistency }: Pick<ShownLedger, 'checkpoint' | 'consistency'>,
  key: PinnedKey,
): Judgement {
  if (note === null) {
    if (seen === undefined) return { kind: 'same' };
    return lie('ROLLED_BACK', `No checkpoint any more, after one of size ${seen.size}.`);
  }
  let shown: SignedCheckpoint;
  try {
    shown = openCheckpoint(note, key);
  } catch (error) {
    return lie('BAD_SIGNATURE', (error as Error).message);
  }
  if (seen === undefined) return judgeFirst(shown);
  if (shown.size < seen.size) return lie('ROLLED_BACK', `Size ${shown.size} after size ${seen.size}.`);
  if (shown.size === seen.size) {
    if (isSameBytes(shown.root, seen.root)) return { kind: 'same' };
    return lie('SPLIT_VIEW', `Two roots at size ${seen.size}.`);
  }
  const proof = (consistency ?? []).map(decodeBase64);
  const isProved =
    proof.every((hash) => hash !== undefined) &&
    verifyConsistency({ from: seen.size, to: shown.size, fromRoot: seen.root, toRoot: shown.root, proof }, sha256);
  if (isProved) return { kind: 'grown', checkpoint: shown };
  return lie('BAD_PROOF', `Size ${shown.size} is not proved to continue size ${seen.size}.`);
}

/** The first checkpoint can be compared with nothing; an empty ledger has one root only, and is not worth keeping. */
function judgeFirst(shown: SignedCheckpoint): Judgement {
  if (shown.size > 0) return { kind: 'grown', checkpoint: shown };
  if (isSameBytes(shown.root, emptyRoot(sha256))) return { kind: 'same' };
  return lie('SPLIT_VIEW', 'An empty ledger with a root that no empty ledger has.');
}
