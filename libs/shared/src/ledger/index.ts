/**
 * The ledger's formats and proofs, for any JavaScript engine: RFC 6962 hashing, C2SP tiles, signed notes, checkpoints,
 * cosignatures and proofs. Hashes are Uint8Array(32), base64 in texts; every parser takes exactly one spelling.
 */
export { decodeBase64, encodeBase64 } from './base64.ts';
export { isSameBytes } from './bytes.ts';
export { type Checkpoint, formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
export {
  cosign,
  createCosigner,
  type Cosigner,
  openCosignature,
  verifyCosignature,
  witnessName,
} from './cosignature.ts';
export { decodeEntryBundle, encodeEntryBundle, maxEntryBytes } from './entry-bundle.ts';
export { type HashReader } from './hash-reader.ts';
export { type FullTile, LedgerFrontier } from './ledger-frontier.ts';
export { emptyRoot, hashLength, leafHash, nodeHash, type Sha256 } from './merkle-hash.ts';
export { maxNoteBytes, type ParsedNote, parseNote } from './note.ts';
export {
  createNoteSigner,
  createNoteVerifier,
  type NoteSigner,
  type NoteVerifier,
  parseVkey,
  signatureType,
  type SignatureType,
  type VerifierKey,
  vkeyOf,
} from './note-key.ts';
export { openNote } from './open-note.ts';
export { type OpenedProof, openProof } from './open-proof.ts';
export { proveConsistency } from './prove-consistency.ts';
export { proveInclusion } from './prove-inclusion.ts';
export { appendSignatures, signNote } from './sign-note.ts';
export { type NoteSignature, parseSignatureLine } from './signature-line.ts';
export { type LogKey, openCheckpoint, signCheckpoint, type SignedCheckpoint } from './signed-checkpoint.ts';
export { tileRoot, tileWidth, tileWidthAt } from './tile.ts';
export { parseTilePath, type TileName, tilePath } from './tile-path.ts';
export { formatProof, maxProofLength, parseProof, type TlogProof } from './tlog-proof.ts';
export { treeRoot } from './tree-root.ts';
export { type ConsistencyClaim, verifyConsistency } from './verify-consistency.ts';
export { type InclusionClaim, maxProofHashes, rootFromInclusion, verifyInclusion } from './verify-inclusion.ts';
