import { hash } from 'node:crypto';

/** SHA-256 of the UTF-8 of a text, or of bytes: 64 lower-case hex. */
export const sha256Hex = (data: string | Uint8Array): string => hash('sha256', data, 'hex');

/**
 * SHA-256 of bytes: 32 bytes, not as a Buffer, whose `slice` and `toJSON` are others than those of the portable one.
 * By way of a text, which stays on the heap: a Buffer per digest costs more than to hash 800 bytes.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  const text = hash('sha256', bytes, 'binary');
  const digest = new Uint8Array(32);
  for (let at = 0; at < 32; at += 1) digest[at] = text.charCodeAt(at);
  return digest;
}

/** The id of the order for an incident: 16 hex, always the same for the same incident, so that a repeat collides. */
export const orderIdFor = (incidentId: string): string => sha256Hex(`order:${incidentId}`).slice(0, 16);
