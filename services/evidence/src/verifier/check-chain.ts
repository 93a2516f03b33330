import { genesis } from '../domain/chain-link.ts';
import { kitNames } from '../domain/kit/kit-names.ts';
import { verifyChain } from '../domain/verify-chain.ts';
import type { Check } from './examination.ts';
import type { OpenKit } from './read-kit.ts';

/** Each link has its own hash, and that of the link before it where that one is in the kit. Gaps are told by the coverage. */
export function checkChain({ data }: OpenKit, check: Check): void {
  const { bundles, range } = data;
  const first = bundles[0];
  if (first === undefined) return;
  const { position, previous_link_hash: link_hash } = first;
  const before = { site_id: range.siteId, position: position - 1, link_hash, recorded_at: null };
  check.demand(
    position > 1 || link_hash === genesis,
    kitNames.bundle(position),
    'it is the first of the chain, and does not begin with the genesis hash',
  );
  for (const _ of bundles) check.examine();
  for (const { kind, position: at, detail } of verifyChain(range.siteId, bundles, before).faults) {
    if (kind !== 'gap') check.problem(kitNames.bundle(at), detail);
  }
  if (position > 1)
    check.note(`The chain is looked at from position ${position} on; what lies before is not in the kit.`);
}
