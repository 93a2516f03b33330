import type { DataSource } from 'typeorm';
import { ApplianceEntity } from './appliance.entity.ts';
import { OrderEntity } from './order.entity.ts';

/** Counts that people look at. A null site means the whole fleet. */
export class StatsRepository {
  private readonly source: DataSource;

  constructor(source: DataSource) {
    this.source = source;
  }

  countAppliances(siteId: string | null, since: Date): Promise<number> {
    const query = this.source
      .getRepository(ApplianceEntity)
      .createQueryBuilder('a')
      .where('a.last_checkin >= :since', { since });
    if (siteId !== null) query.andWhere('a.site_id = :siteId', { siteId });
    return query.getCount();
  }

  /** Orders issued since then by their status; only what occurs. */
  async countOrders(siteId: string | null, since: Date): Promise<Record<string, number>> {
    const query = this.source
      .getRepository(OrderEntity)
      .createQueryBuilder('o')
      .select('o.status', 'status')
      .addSelect('count(*)::int', 'count')
      .where('o.issued_at >= :since', { since })
      .groupBy('o.status');
    if (siteId !== null) query.andWhere('o.site_id = :siteId', { siteId });
    const rows = await query.getRawMany<{ status: string; count: number }>();
    return Object.fromEntries(rows.map((row) => [row.status, row.count]));
  }
}
