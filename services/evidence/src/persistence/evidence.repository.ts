import type { DataSource, EntityManager } from 'typeorm';
import { type SiteScope, type SiteTransaction, textArray } from '@countersign/shared/persistence';
import { BundleEntity } from './bundle.entity.ts';
import { type BundleProgress, findProgress } from './progress.repository.ts';
import { RefusalEntity } from './refusal.entity.ts';
import { SealEntity } from './seal.entity.ts';

/** What TypeORM has to know of. */
export const evidenceEntities = [BundleEntity, SealEntity, RefusalEntity];

export interface EvidenceCounts {
  recorded: number;
  sealed: number;
  refused: number;
}

/** A bundle, and how far it is. */
export interface FollowedBundle {
  bundle: BundleEntity;
  progress: BundleProgress;
}

/**
 * What people ask about evidence. A question of one site sees that site only, whatever is asked here; `scope` is the site
 * of whoever asks, where it is bound to one.
 */
export class EvidenceRepository {
  private readonly source: DataSource;
  private readonly sites: SiteScope;

  constructor(source: DataSource, sites: SiteScope) {
    this.source = source;
    this.sites = sites;
  }

  /** Bundles of a site, newest first. */
  list(
    siteId: string,
    { limit, offset }: { limit: number; offset: number },
    scope = siteId,
  ): Promise<FollowedBundle[]> {
    return this.sites.within(scope, async (transaction) => {
      const bundles = await transaction.manager
        .getRepository(BundleEntity)
        .createQueryBuilder('bundle')
        .where('bundle.site_id = :siteId', { siteId })
        .orderBy('bundle.position', 'DESC')
        .limit(limit)
        .offset(offset)
        .getMany();
      return follow(transaction, bundles);
    });
  }

  /** Undefined when the site has no such bundle. */
  find(siteId: string, bundleId: string, scope = siteId): Promise<FollowedBundle | undefined> {
    return this.sites.within(scope, async (transaction) => {
      const bundle = await transaction.manager.getRepository(BundleEntity).findOneBy({ siteId, bundleId });
      return bundle === null ? undefined : (await follow(transaction, [bundle]))[0];
    });
  }

  /** Over the last 24 hours, of one site or of all. `sealed` are those of `recorded` that the vault holds. */
  count(siteId: string | null): Promise<EvidenceCounts> {
    if (siteId === null) return countWith(this.source.manager, null);
    return this.sites.within(siteId, ({ manager }) => countWith(manager, siteId));
  }
}

async function follow({ client }: SiteTransaction, bundles: BundleEntity[]): Promise<FollowedBundle[]> {
  if (bundles.length === 0) return [];
  const rows = await findProgress.run(client, [textArray(bundles.map((bundle) => bundle.evidenceId))]);
  const byId = new Map(rows.map((row) => [row.evidence_id, row]));
  return bundles.map((bundle) => ({ bundle, progress: byId.get(bundle.evidenceId)! }));
}

async function countWith(manager: EntityManager, siteId: string | null): Promise<EvidenceCounts> {
  const recent = manager
    .getRepository(BundleEntity)
    .createQueryBuilder('bundle')
    .select('count(*)::int', 'recorded')
    .addSelect('count(seal.evidence_id)::int', 'sealed')
    .leftJoin(SealEntity, 'seal', 'seal.evidence_id = bundle.evidence_id')
    .where(`bundle.recorded_at > now() - interval '24 hours'`);
  const refused = manager
    .getRepository(RefusalEntity)
    .createQueryBuilder('refusal')
    .select('count(*)::int', 'refused')
    .where(`refusal.refused_at > now() - interval '24 hours'`);
  if (siteId !== null) {
    recent.andWhere('bundle.site_id = :siteId', { siteId });
    refused.andWhere('refusal.site_id = :siteId', { siteId });
  }
  const bundles = await recent.getRawOne<{ recorded: number; sealed: number }>();
  const refusals = await refused.getRawOne<{ refused: number }>();
  return { recorded: bundles?.recorded ?? 0, sealed: bundles?.sealed ?? 0, refused: refusals?.refused ?? 0 };
}
