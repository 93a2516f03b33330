import type { BundleRow, ScrubRowsRepository } from '../../../persistence/scrub-rows.repository.ts';
import type { Part } from '../part.ts';
import type { VaultReads } from '../vault-reads.ts';
import { judgeGap } from './judge-gaps.ts';
import { judgeLinks, type WalkedHead } from './judge-links.ts';

export interface ChainsPartOptions {
  rows: Pick<ScrubRowsRepository, 'bundles' | 'toldPositions' | 'lostBeforeSeal'>;
  reads: Pick<VaultReads, 'pause'>;
  startedAt: Date;
  /** Null: all sites. */
  site: string | null;
}

const bundlesAtOnce = 200;

interface ChainsCursor {
  at: { site: string; position: number };
  /** The last link; rows after it may have been left out. */
  head: WalkedHead | null;
}

/** Every bundle, in the order of the chains of all sites. */
export function createChainsPart({ rows, reads, startedAt, site }: ChainsPartOptions): Part {
  return {
    name: 'chains',
    async look(cursor) {
      await reads.pause();
      const { at, head } = (cursor ?? { at: { site: '', position: 0 }, head: null }) as unknown as ChainsCursor;
      const page = await rows.bundles({ ...at, limit: bundlesAtOnce, only: site, startedAt });
      const isThrough = page.length < bundlesAtOnce;
      const seen = isThrough ? page : withoutTornEnd(page);
      const verdict = judgeLinks(seen, head);
      const faults = [...verdict.faults];
      for (const gap of verdict.gaps) faults.push(...(await judgeGap(gap, rows, startedAt)));
      const last = seen.at(-1);
      const next =
        isThrough || last === undefined
          ? null
          : { at: { site: last.site_id, position: last.position }, head: verdict.head };
      return { faults, next };
    },
  };
}

/** Bundles at one position belong together; the last ones of a full page may not be all. */
function withoutTornEnd(page: readonly BundleRow[]): readonly BundleRow[] {
  const last = page.at(-1)!;
  const whole = page.filter((row) => row.site_id !== last.site_id || row.position !== last.position);
  return whole.length > 0 ? whole : page;
}
