import { setTimeout as delay } from 'node:timers/promises';
import { createPool } from '@countersign/shared/persistence';

export interface RowCounts {
  incidents: number;
  decisions: number;
  orders: number;
  bundles: number;
  sealed: number;
}

const query = `select
  (select count(*)::int from runbooks.incidents) as incidents,
  (select count(*)::int from runbooks.decisions where tier = 'L1') as decisions,
  (select count(*)::int from orders.orders) as orders,
  (select count(*)::int from evidence.bundles) as bundles,
  (select count(*)::int from evidence.seals) as sealed`;

export interface RowCounter {
  count(): Promise<RowCounts>;
  /** Waits until `isDone`, or until nothing has changed for 20 s. */
  settle(isDone: (rows: RowCounts) => boolean): Promise<RowCounts>;
  close(): Promise<void>;
}

/** Looks at the tables themselves: what an answer says is not yet what was kept. */
export function createRowCounter(adminUrl: string): RowCounter {
  const pool = createPool({ databaseUrl: adminUrl, applicationName: 'bench', max: 1 });
  const count = async () => (await pool.query<RowCounts>(query)).rows[0]!;
  return {
    count,
    async settle(isDone) {
      let last = await count();
      let changedAt = Date.now();
      while (!isDone(last) && Date.now() - changedAt < 20_000) {
        await delay(100);
        const now = await count();
        if (JSON.stringify(now) !== JSON.stringify(last)) changedAt = Date.now();
        last = now;
      }
      return last;
    },
    close: () => pool.end(),
  };
}
