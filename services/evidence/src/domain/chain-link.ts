import { canonicalString, sha256Hex } from '@countersign/shared/crypto';

/** What a link of a site's chain binds. All of it also stands in the envelope that the vault keeps. */
export interface ChainEntry {
  evidence_id: string;
  bundle_id: string;
  host_id: string;
  /** SHA-256 of the signed text. */
  digest: string;
  /** As it was handed in; bound, so that it can be neither dropped nor exchanged. */
  signature: string | null;
  /** The enrolled key that the signature was verified with; null when the appliance had none. */
  public_key: string | null;
  /** Server time, RFC 3339 in UTC with milliseconds. Never before that of the previous link. */
  recorded_at: string;
}

export interface ChainLink extends ChainEntry {
  site_id: string;
  /** From 1, without gap. */
  position: number;
  /** The link hash before this one; `genesis` for the first. */
  previous_link_hash: string;
  link_hash: string;
}

/** Where a chain ends now. */
export interface ChainHead {
  site_id: string;
  /** 0: nothing is chained yet. */
  position: number;
  link_hash: string;
  /** Of the newest link; null when there is none. */
  recorded_at: string | null;
}

/** What the first link of a chain has for its previous one. */
export const genesis = '0'.repeat(64);

/**
 * The hash of a link: SHA-256 (64 hex) of the canonical string of the object of all fields of the link but
 * `link_hash`, and `version` 1. It covers the previous *link* hash, not the previous content, so that every later link
 * depends on every earlier one; the site, so that no link fits another chain; and the signature and the server time.
 */
export function linkHashOf(link: Omit<ChainLink, 'link_hash'>): string {
  const { evidence_id, bundle_id, host_id, digest, signature, public_key, recorded_at } = link;
  const { site_id, position, previous_link_hash } = link;
  return sha256Hex(
    canonicalString({
      version: 1,
      site_id,
      position,
      previous_link_hash,
      evidence_id,
      bundle_id,
      host_id,
      digest,
      signature,
      public_key,
      recorded_at,
    }),
  );
}

/** The link that `entry` becomes after `head`. A clock that went back does not turn the order of the chain round. */
export function linkAfter(head: ChainHead, entry: ChainEntry): ChainLink {
  const { evidence_id, bundle_id, host_id, digest, signature, public_key } = entry;
  const recorded_at =
    head.recorded_at !== null && head.recorded_at > entry.recorded_at ? head.recorded_at : entry.recorded_at;
  const link = {
    site_id: head.site_id,
    position: head.position + 1,
    previous_link_hash: head.link_hash,
    evidence_id,
    bundle_id,
    host_id,
    digest,
    signature,
    public_key,
    recorded_at,
  };
  return { ...link, link_hash: linkHashOf(link) };
}

export function headAt({ site_id, position, link_hash, recorded_at }: ChainLink): ChainHead {
  return { site_id, position, link_hash, recorded_at };
}

export function emptyChain(siteId: string): ChainHead {
  return { site_id: siteId, position: 0, link_hash: genesis, recorded_at: null };
}
