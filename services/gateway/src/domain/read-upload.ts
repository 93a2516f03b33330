import { fromHex, isHex, sha256Hex, toHex } from '@countersign/shared/crypto';
import { accept, AppError, refuse, type Result } from '@countersign/shared/kernel';

/** The parts of an upload as they came. */
export interface UploadParts {
  bundle: Uint8Array | undefined;
  signature: Uint8Array | undefined;
  /** `X-Bundle-Hash` and `X-Signature-Hash`: `sha256:<hex>`. */
  bundleHash: string | undefined;
  signatureHash: string | undefined;
}

export interface Upload {
  /** The exact bytes that the signature covers. */
  bundle: Uint8Array;
  digest: string;
  /** 128 hex; null when no signature was sent. */
  signature: string | null;
}

const hashHeader = /^sha256:([0-9a-f]{64})$/i;
const rawSignatureBytes = 64;

/** Checks that the parts are whole: hashes as declared, a signature of 64 raw bytes or 128 hex characters. */
export function readUpload(parts: UploadParts): Result<Upload, AppError> {
  const { bundle, signature } = parts;
  if (bundle === undefined || bundle.length === 0) {
    return refuse(new AppError('REQUEST.MALFORMED_MULTIPART', 'invalid', 'The upload lacks its `bundle` file.'));
  }
  const digest = sha256Hex(bundle);
  const isWhole =
    hasHash(digest, parts.bundleHash) &&
    (signature === undefined || hasHash(sha256Hex(signature), parts.signatureHash));
  if (!isWhole) {
    return refuse(
      new AppError('REQUEST.HASH_MISMATCH', 'invalid', 'A file does not have the hash that its header says.'),
    );
  }
  const text = signature === undefined ? null : readSignature(signature);
  if (text === undefined) {
    const message = 'The `signature` file holds neither 64 raw bytes nor 128 hex characters.';
    return refuse(new AppError('EVIDENCE.SIGNATURE_INVALID', 'unprocessable', message));
  }
  return accept({ bundle, digest, signature: text });
}

function hasHash(digest: string, header: string | undefined): boolean {
  return header === undefined || hashHeader.exec(header)?.[1]?.toLowerCase() === digest;
}

function readSignature(file: Uint8Array): string | undefined {
  if (file.length === rawSignatureBytes) return toHex(file);
  const text = Buffer.from(file).toString('latin1').trim().toLowerCase();
  return isHex(text, 128) ? toHex(fromHex(text)) : undefined;
}
