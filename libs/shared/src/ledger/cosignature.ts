import { type Ed25519, fromHex, keyIdOf, naclEd25519, type Signer, toHex } from '../crypto/portable.ts';
import { joinBytes } from './bytes.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { isSize } from './decimal.ts';
import { ledgerError } from './ledger-error.ts';
import { isOfKey, type NoteSigner, openKey, signatureType } from './note-key.ts';
import { type NoteSignature, parseSignatureLine, signatureLine } from './signature-line.ts';

/** A witness as a verifier knows it. */
export interface Cosigner {
  name: string;
  /** Ed25519, 64 hex. */
  publicKey: string;
  /** tweetnacl when absent; a service passes `serverEd25519`. */
  ed25519?: Ed25519;
}

/** Bytes before the signature: the time as a big-endian uint64. */
const timeLength = 8;
const signatureLength = 64;

const cosignedText = (checkpointText: string, time: number): string =>
  `cosignature/v1\ntime ${time}\n${checkpointText}`;

/** The name of a witness among its log's cosigners: from its key alone, so that the log does not tell its sites. */
export const witnessName = (publicKeyHex: string): string => `witness.countersign.invalid/${keyIdOf(publicKeyHex)}`;

/** Puts cosignatures of one witness and one time under a note. See `cosign`. */
export function createCosigner(name: string, signer: Signer, time: number): NoteSigner {
  if (!isSize(time)) throw ledgerError('note', 'The time of a cosignature is in whole seconds since 1970.');
  const { keyId } = openKey(name, signer.publicKey, signatureType.cosignature);
  const stamp = new Uint8Array(timeLength);
  new DataView(stamp.buffer).setBigUint64(0, BigInt(time));
  return { name, keyId, sign: (text) => joinBytes(stamp, fromHex(signer.sign(cosignedText(text, time)))) };
}

/**
 * The signature line, with its newline, by which a witness says that at `time` (seconds since 1970) this was the largest
 * consistent checkpoint it had seen of this log (C2SP tlog-cosignature, Ed25519). `checkpointText` is the signed part of
 * the note. Throws AppError `LEDGER.CHECKPOINT_INVALID` when it is no checkpoint, `LEDGER.NOTE_INVALID` for a bad name or
 * time. Whoever calls it has verified the consistency before.
 */
export function cosign(checkpointText: string, witness: { name: string; signer: Signer; time: number }): string {
  parseCheckpoint(checkpointText);
  return signatureLine(checkpointText, createCosigner(witness.name, witness.signer, witness.time));
}

/**
 * When a witness has cosigned this checkpoint text, in seconds since 1970; undefined when the line (with its newline) is
 * malformed, of another witness or over another text. Whether the time is plausible is for the caller. Throws AppError
 * `LEDGER.NOTE_INVALID` only for a witness that cannot be one.
 */
export function verifyCosignature(
  line: string,
  checkpointText: string,
  witness: Cosigner,
): { time: number } | undefined {
  const parsed = parseSignatureLine(line);
  return parsed === undefined ? undefined : openCosignature(parsed, checkpointText, witness);
}

/** The same of a line that was taken apart already, e.g. one of `openCheckpoint(...).signatures`. */
export function openCosignature(
  parsed: NoteSignature,
  checkpointText: string,
  { name, publicKey, ed25519 = naclEd25519 }: Cosigner,
): { time: number } | undefined {
  const { signature } = parsed;
  if (!isOfKey(parsed, openKey(name, publicKey, signatureType.cosignature))) return undefined;
  if (signature.length !== timeLength + signatureLength || !isCheckpoint(checkpointText)) return undefined;
  const time = Number(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0));
  if (!isSize(time)) return undefined;
  const holds = ed25519.verify(cosignedText(checkpointText, time), toHex(signature.subarray(timeLength)), publicKey);
  return holds ? { time } : undefined;
}

function isCheckpoint(text: string): boolean {
  try {
    return parseCheckpoint(text).origin !== '';
  } catch {
    return false;
  }
}
