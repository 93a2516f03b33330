import type { Pool } from 'pg';
import { loadStatement, type OutboxRow, runInTransaction } from '@countersign/shared/persistence';
import { say } from './outbox-row.ts';

export interface SilentAppliance {
  site_id: string;
  host_id: string;
  /** It is silent since then. */
  last_checkin: Date;
}

export interface SilenceSearch {
  now: Date;
  /** An appliance that has not checked in for longer is silent. */
  silentMs: number;
  /** How many are looked at. */
  atMost: number;
}

export interface SilenceFound {
  /** How many were looked at. */
  looked: number;
  silent: SilentAppliance[];
  rows: OutboxRow[];
}

const watch = loadStatement<SilentAppliance & { is_silent: boolean }>(import.meta.url, './watch-appliances.sql');

/** Appliances that do not check in any more. The check-in that ends a silence says so itself. */
export class SilenceRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Looks at appliances whose time has come. `describe` gives what is said (JSON) about one that is silent. */
  notice(
    { now, silentMs, atMost }: SilenceSearch,
    describe: (appliance: SilentAppliance, at: Date) => string,
  ): Promise<SilenceFound> {
    return runInTransaction(this.pool, async (client) => {
      const looked = await watch.run(client, [now, silentMs, atMost]);
      const silent = looked.filter((appliance) => appliance.is_silent);
      const events = silent.map((appliance) => describe(appliance, now));
      return { looked: looked.length, silent, rows: await say(client, 'orders.appliance-silent.v1', events) };
    });
  }
}
