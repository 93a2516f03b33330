import { decodeBase64, encodeBase64 } from './base64.ts';
import { isSize, parseDecimal } from './decimal.ts';
import { ledgerError } from './ledger-error.ts';
import { isHash } from './merkle-hash.ts';
import { maxNoteBytes, parseNote } from './note.ts';
import { maxProofHashes } from './verify-inclusion.ts';

/** That one entry is in a log, with all that is needed to check it offline. */
export interface TlogProof {
  /** Of the entry, from 0. */
  index: number;
  /** RFC 6962 section 2.1.1: hashes of 32 bytes, the leaf's sibling first. */
  proof: readonly Uint8Array[];
  /** The signed note, verbatim, with whatever cosignatures are under it. */
  checkpoint: string;
  /** What the application adds; nothing authenticates it. Absent, or not empty. */
  extra?: Uint8Array;
}

const header = 'c2sp.org/tlog-proof@v1';
const maxExtraBytes = 65_536;
/** Characters of the longest proof text that is looked at. */
export const maxProofLength = maxNoteBytes + Math.ceil(maxExtraBytes / 3) * 4 + maxProofHashes * 45 + 100;

/** The text of a proof (C2SP tlog-proof). Throws AppError `LEDGER.PROOF_INVALID` for what cannot be one. */
export function formatProof({ index, proof, checkpoint, extra }: TlogProof): string {
  const lines = [header, ...(extra === undefined ? [] : [`extra ${encodeBase64(extra)}`]), `index ${index}`];
  const text = `${[...lines, ...proof.map(encodeBase64)].join('\n')}\n\n${checkpoint}`;
  parseProof(text);
  return text;
}

/**
 * Reads what `formatProof` makes, in that one spelling; at most 64 hashes, and a checkpoint note of at most 64 KiB. It
 * verifies nothing: see `openProof`. Throws AppError `LEDGER.PROOF_INVALID`, its cause `LEDGER.NOTE_INVALID` when the
 * checkpoint is no signed note.
 */
export function parseProof(text: string): TlogProof {
  const end = text.length > maxProofLength ? -1 : text.indexOf('\n\n');
  const lines = text.slice(0, Math.max(end, 0)).split('\n');
  if (lines.shift() !== header) throw ledgerError('proof', `A proof begins with the line ${header}.`);
  const extra = lines[0]?.startsWith('extra ') ? readExtra(lines.shift()!) : undefined;
  const index = /^index (.*)$/.exec(lines.shift() ?? '')?.[1];
  const position = parseDecimal(index ?? '');
  if (!isSize(position)) throw ledgerError('proof', 'The proof does not say the index of its entry.');
  const proof = lines.slice(0, maxProofHashes + 1).map(decodeBase64);
  if (proof.length > maxProofHashes || !proof.every(isHash))
    throw ledgerError('proof', `A proof has at most ${maxProofHashes} lines, each a hash in base64.`);
  const checkpoint = text.slice(end + 2);
  refuseUnlessNote(checkpoint);
  return { index: position, proof, checkpoint, ...(extra === undefined ? {} : { extra }) };
}

function readExtra(line: string): Uint8Array {
  const extra = decodeBase64(line.slice('extra '.length));
  if (extra === undefined || extra.length === 0 || extra.length > maxExtraBytes)
    throw ledgerError('proof', `Extra data is 1 to ${maxExtraBytes} bytes in base64.`);
  return extra;
}

function refuseUnlessNote(checkpoint: string): void {
  try {
    parseNote(checkpoint);
  } catch (cause) {
    throw ledgerError('proof', 'The checkpoint of the proof is not a signed note.', cause);
  }
}
