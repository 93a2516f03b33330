import { type ChainHead, type ChainLink, emptyChain, headAt, linkHashOf } from './chain-link.ts';

export type ChainFaultKind = 'gap' | 'fork' | 'foreign-site' | 'wrong-previous' | 'wrong-hash' | 'time-goes-back';

/** One thing that is wrong with a chain, and where. */
export interface ChainFault {
  kind: ChainFaultKind;
  site_id: string;
  position: number;
  /** The bundle of the link; null when it is the link that is missing. */
  bundle_id: string | null;
  detail: string;
}

export interface ChainCheck {
  faults: ChainFault[];
  /** Where the walk ended: give it to the next call to go on with the links that follow. */
  head: ChainHead;
}

/**
 * Walks the links of one site in the order of their positions and names every fault: missing positions, two links at
 * one, a link of another site, a link that does not follow the one before it, a link that was changed, time that goes
 * back. The walk goes on after a fault from what stands there, so that one fault is named once.
 */
export function verifyChain(siteId: string, links: Iterable<ChainLink>, from = emptyChain(siteId)): ChainCheck {
  const faults: ChainFault[] = [];
  let head = from;
  for (const link of links) {
    const name = (
      kind: ChainFaultKind,
      detail: string,
      position = link.position,
      bundle: string | null = link.bundle_id,
    ) => faults.push({ kind, site_id: siteId, position, bundle_id: bundle, detail });

    if (link.site_id !== siteId) name('foreign-site', `the link says it belongs to ${link.site_id}`);
    if (link.link_hash !== linkHashOf(link)) name('wrong-hash', 'the link does not have the hash that it says');
    if (link.position <= head.position) {
      name('fork', `position ${link.position} is taken already`);
      continue;
    }
    if (link.position > head.position + 1) {
      const last = link.position - 1;
      const missing = head.position + 1 === last ? `position ${last}` : `positions ${head.position + 1} to ${last}`;
      name('gap', `missing: ${missing}`, head.position + 1, null);
    } else if (link.previous_link_hash !== head.link_hash) {
      name('wrong-previous', `it does not follow the link at position ${head.position}`);
    }
    if (head.recorded_at !== null && link.recorded_at < head.recorded_at) {
      name('time-goes-back', `${link.recorded_at} comes after ${head.recorded_at}`);
    }
    head = headAt(link);
  }
  return { faults, head };
}
