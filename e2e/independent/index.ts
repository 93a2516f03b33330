/**
 * A verifier of C2SP transparency logs, written from the specifications alone: it shares no code with the product and
 * uses WebCrypto only. What it accepts, others accept. https://c2sp.org/tlog-tiles, tlog-checkpoint, signed-note,
 * tlog-proof, tlog-cosignature; RFC 9162 sections 2.1.3.2 and 2.1.4.2. Everything that is not right throws a Refusal.
 */
export { readHash } from './bytes.ts';
export { type Checkpoint, parseCheckpointBody, readCheckpoint } from './checkpoint.ts';
export { verifyConsistency } from './consistency.ts';
export { verifyCosignature } from './cosignature.ts';
export { readEntryBundle } from './entry-bundle.ts';
export { verifyInclusion } from './inclusion.ts';
export { NaiveLog } from './naive-log.ts';
export { readLog } from './read-log.ts';
export { Refusal } from './refusal.ts';
export { rootFromTiles } from './root-from-tiles.ts';
export { openSignedNote } from './signed-note.ts';
export { tilePath } from './tile-path.ts';
export { readTlogProof, verifyTlogProof } from './tlog-proof.ts';
export { parseVkey, type Vkey } from './vkey.ts';
export { walkLog } from './walk-log.ts';
