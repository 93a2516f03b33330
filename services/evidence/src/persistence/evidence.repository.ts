import type { DataSource } from 'typeorm';
import { BundleEntity } from './bundle.entity.ts';
import { RefusalEntity } from './refusal.entity.ts';
import { SealEntity } from './seal.entity.ts';

/** What TypeORM has to know of. */
export const evidenceEntities = [BundleEntity, SealEntity, RefusalEntity];

export interface EvidenceCounts {
  recorded: number;
  sealed: number;
  refused: number;
}

/** What people ask about evidence. */
export class EvidenceRepository {
  private readonly source: DataSource;

  constructor(source: DataSource) {
    this.source = source;
  }

  /** Bundles of a site, newest first. */
  list(siteId: string, limit: number, offset: number): Promise<BundleEntity[]> {
    return this.source
      .getRepository(BundleEntity)
      .createQueryBuilder('bundle')
      .where('bundle.site_id = :siteId', { siteId })
      .orderBy('bundle.position', 'DESC')
      .limit(limit)
      .offset(offset)
      .getMany();
  }

  find(siteId: string, bundleId: string): Promise<BundleEntity | null> {
    return this.source.getRepository(BundleEntity).findOneBy({ siteId, bundleId });
  }

  /** Over the last 24 hours, of one site or of all. `sealed` are those of `recorded` that the vault holds. */
  async count(siteId: string | null): Promise<EvidenceCounts> {
    const recent = this.source
      .getRepository(BundleEntity)
      .createQueryBuilder('bundle')
      .select('count(*)::int', 'recorded')
      .addSelect('count(seal.evidence_id)::int', 'sealed')
      .leftJoin(SealEntity, 'seal', 'seal.evidence_id = bundle.evidence_id')
      .where(`bundle.recorded_at > now() - interval '24 hours'`);
    const refused = this.source
      .getRepository(RefusalEntity)
      .createQueryBuilder('refusal')
      .select('count(*)::int', 'refused')
      .where(`refusal.refused_at > now() - interval '24 hours'`);
    if (siteId !== null) {
      recent.andWhere('bundle.site_id = :siteId', { siteId });
      refused.andWhere('refusal.site_id = :siteId', { siteId });
    }
    const [bundles, refusals] = await Promise.all([
      recent.getRawOne<{ recorded: number; sealed: number }>(),
      refused.getRawOne<{ refused: number }>(),
    ]);
    return { recorded: bundles?.recorded ?? 0, sealed: bundles?.sealed ?? 0, refused: refusals?.refused ?? 0 };
  }
}
