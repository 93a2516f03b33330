import type { KitBundle } from './kit-bundle.ts';
import type { KitLeaf } from './kit-leaf.ts';

/** What a kit was made for: everything in it follows from this. */
export interface KitRange {
  siteId: string;
  /** RFC 3339 in UTC with milliseconds: server time, inclusive. */
  from: string;
  /** The same, exclusive. */
  to: string;
}

/** A cosignature whose line was taken apart. */
export interface KitCosignature {
  /** The witness: an appliance. */
  name: string;
  /** 64 hex. */
  publicKey: string;
  /** The appliance's clock, RFC 3339. */
  time: string;
}

/** A checkpoint before the head that somebody else saw. */
export interface KitCheckpoint {
  size: number;
  cosignatures: KitCosignature[];
  /** What a timestamp authority says, RFC 3339; null: it was not asked, or its answer cannot be read here. */
  stampedAt: string | null;
}

/** All that the derived files of a kit are made of. */
export interface KitData {
  range: KitRange;
  head: { origin: string; size: number; root: string };
  /** C2SP vkey of the ledger's key. */
  ledgerKey: string;
  /** By index. */
  leaves: KitLeaf[];
  /** By position. */
  bundles: KitBundle[];
  /** Digests of the runbook texts that are there, sorted. */
  runbooks: string[];
  /** By size. */
  checkpoints: KitCheckpoint[];
}

/** Whether a leaf's time lies in the range; the rest of a kit stands behind what does. */
export function isInRange({ from, to }: KitRange, time: string): boolean {
  const at = Date.parse(time);
  return at >= Date.parse(from) && at < Date.parse(to);
}
