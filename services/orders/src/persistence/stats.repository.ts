import type { DataSource, EntityManager } from 'typeorm';
import type { SiteScope } from '@countersign/shared/persistence';
import { ApplianceEntity } from './appliance.entity.ts';
import { OrderEntity } from './order.entity.ts';

/** Counts that people look at. A null site means the whole fleet. */
export class StatsRepository {
  private readonly source: DataSource;
  private readonly sites: SiteScope;

  constructor(source: DataSource, sites: SiteScope) {
    this.source = source;
    this.sites = sites;
  }

  countAppliances(siteId: string | null, since: Date): Promise<number> {
    return this.ask(siteId, (manager) => {
      const query = manager
        .getRepository(ApplianceEntity)
        .createQueryBuilder('a')
        .where('a.last_checkin >= :since', { since });
      if (siteId !== null) query.andWhere('a.site_id = :siteId', { siteId });
      return query.getCount();
    });
  }

  /** Orders issued since then by their status; only what occurs. */
  countOrders(siteId: string | null, since: Date): Promise<Record<string, number>> {
    return this.ask(siteId, async (manager) => {
      const query = manager
        .getRepository(OrderEntity)
        .createQueryBuilder('o')
        .select('o.status', 'status')
        .addSelect('count(*)::int', 'count')
        .where('o.issued_at >= :since', { since })
        .groupBy('o.status');
      if (siteId !== null) query.andWhere('o.site_id = :siteId', { siteId });
      const rows = await query.getRawMany<{ status: string; count: number }>();
      return Object.fromEntries(rows.map((row) => [row.status, row.count]));
    });
  }

  private ask<Value>(siteId: string | null, question: (manager: EntityManager) => Promise<Value>): Promise<Value> {
    if (siteId === null) return question(this.source.manager);
    return this.sites.within(siteId, ({ manager }) => question(manager));
  }
}
