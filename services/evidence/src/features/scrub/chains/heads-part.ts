import { linkHashOf } from '../../../domain/chain-link.ts';
import { linkOf } from '../../../persistence/link-row.ts';
import type { HeadRow, ScrubRowsRepository } from '../../../persistence/scrub-rows.repository.ts';
import { type Fault, rowItem } from '../fault.ts';
import type { Part } from '../part.ts';
import type { VaultReads } from '../vault-reads.ts';
import { judgeGap } from './judge-gaps.ts';

export interface HeadsPartOptions {
  rows: Pick<ScrubRowsRepository, 'heads' | 'toldPositions' | 'lostBeforeSeal'>;
  reads: Pick<VaultReads, 'pause'>;
  startedAt: Date;
  site: string | null;
}

const headsAtOnce = 100;

/** Where each chain ends: what was taken from its end leaves no gap behind it. */
export function createHeadsPart({ rows, reads, startedAt, site }: HeadsPartOptions): Part {
  return {
    name: 'heads',
    async look(cursor) {
      await reads.pause();
      const after = typeof cursor?.['after'] === 'string' ? cursor['after'] : '';
      const page = await rows.heads({ after, limit: headsAtOnce, only: site, startedAt });
      const faults: Fault[] = [];
      for (const head of page) faults.push(...(await judgeHead(head, rows, startedAt)));
      const next = page.length < headsAtOnce ? null : { after: page.at(-1)!.site_id };
      return { faults, next };
    },
  };
}

async function judgeHead(head: HeadRow, rows: HeadsPartOptions['rows'], startedAt: Date): Promise<Fault[]> {
  const { site_id: siteId, head_position: position } = head;
  const last = head.evidence_id === null ? 0 : head.position;
  if (position > last) return judgeGap({ siteId, from: last + 1, to: position }, rows, startedAt);
  if (head.evidence_id === null) return [];
  const link = linkOf({ ...head, evidence_id: head.evidence_id });
  // That the link itself is wrong is said of the link.
  const hash = linkHashOf(link);
  if (position === last && (head.head_link_hash === link.link_hash || hash !== link.link_hash)) return [];
  const detail = `The head says position ${position}, and the chain ends at ${last}, or at another link.`;
  return [{ kind: 'row-changed', item: rowItem('chain_heads', siteId), siteId, detail, facts: { position, last } }];
}
