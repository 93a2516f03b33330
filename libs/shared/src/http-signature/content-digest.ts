import { sha256 } from '../crypto/portable.ts';
import { encodeBase64 } from '../ledger/index.ts';

const encoder = new TextEncoder();

/** `Content-Digest` (RFC 9530) of the bytes of a body, or of the UTF-8 of a text. */
export function contentDigestOf(body: string | Uint8Array): string {
  const bytes = typeof body === 'string' ? encoder.encode(body) : body;
  return `sha-256=:${encodeBase64(sha256(bytes))}:`;
}
