import { emptyChain } from '../../domain/chain-link.ts';
import { type ChainFault, verifyChain } from '../../domain/verify-chain.ts';
import type { ChainRepository } from '../../persistence/chain.repository.ts';

export interface CheckedChain {
  links: number;
  faults: ChainFault[];
}

/** Recomputes the chain of a site from its first link on. */
export type CheckChain = (siteId: string) => Promise<CheckedChain>;

const linksAtOnce = 1_000;

export function createCheckChain(chains: Pick<ChainRepository, 'readLinks'>): CheckChain {
  return async (siteId) => {
    let head = emptyChain(siteId);
    let links = 0;
    const faults: ChainFault[] = [];
    for (;;) {
      const page = await chains.readLinks(siteId, head.position, linksAtOnce);
      const check = verifyChain(siteId, page, head);
      faults.push(...check.faults);
      links += page.length;
      head = check.head;
      if (page.length < linksAtOnce) return { links, faults };
    }
  };
}
