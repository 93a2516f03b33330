import { createHash } from 'node:crypto';

/** The UUID that a text always gives (version 8 of RFC 9562, section 5.8, over SHA-256): the same thing, the same id. */
export function deriveId(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
