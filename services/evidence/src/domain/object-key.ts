import { sha256Hex } from '@countersign/shared/crypto';

const plain = /^[a-z0-9][a-z0-9._-]{0,99}$/;

/**
 * An identifier as one part of a vault key, distinct identifiers distinct even where a store ignores case. Most stand
 * there as they are; others are spelled roughly, with `=` (which no identifier has) and the first 128 bits of their
 * SHA-256 behind. Never longer than a file name may be.
 */
export function keyPartOf(identifier: string): string {
  if (plain.test(identifier)) return identifier;
  const rough = identifier
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]/g, '_')
    .slice(0, 100);
  return `${rough}=${sha256Hex(identifier).slice(0, 32)}`;
}

/** `{site}/{YYYY/MM/DD}/{bundle_id}.json`, dated by the server's time (RFC 3339 in UTC), never by the appliance's. */
export function objectKeyOf(bundle: { site_id: string; bundle_id: string; recorded_at: string }): string {
  const day = bundle.recorded_at.slice(0, 10).replaceAll('-', '/');
  return `${keyPartOf(bundle.site_id)}/${day}/${keyPartOf(bundle.bundle_id)}.json`;
}
