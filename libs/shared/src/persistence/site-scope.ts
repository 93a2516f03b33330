import type { PoolClient } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { createDataSource, type DataSourceSettings } from './create-data-source.ts';
import { steadyPlans } from './create-pool.ts';
import { asDatabaseError } from './database-error.ts';
import { siteUrlOf } from './prepare-site-role.ts';

/** One transaction, over TypeORM and over `pg`. */
export interface SiteTransaction {
  manager: EntityManager;
  client: PoolClient;
}

/**
 * Answers questions of one site over a role that the database lets see that site only: a query that forgets its site
 * gives the rows of the site that the question named, and no others. What works over many sites at once (consumers,
 * batches, loops) has the service's own role, and never comes here.
 */
export interface SiteScope {
  /** Runs `work` in a transaction for which `siteId` is in scope; the connection forgets it with the transaction. */
  within<Value>(siteId: string, work: (transaction: SiteTransaction) => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
}

/** Connects. Throws when the role is not there or has more rights than one site's. */
export async function openSiteScope(settings: DataSourceSettings): Promise<SiteScope> {
  const source = createDataSource({
    ...settings,
    databaseUrl: siteUrlOf(settings.databaseUrl),
    applicationName: `${settings.applicationName}-site`,
    poolSize: 3,
    options: steadyPlans,
  });
  await source.initialize();
  return siteScopeOf(source);
}

function siteScopeOf(source: DataSource): SiteScope {
  return {
    async within(siteId, work) {
      const runner = source.createQueryRunner();
      try {
        const client = (await runner.connect()) as PoolClient;
        await runner.startTransaction();
        await client.query({
          name: 'name-site',
          text: "select set_config('countersign.site', $1, true)",
          values: [siteId],
        });
        const value = await work({ manager: runner.manager, client });
        await runner.commitTransaction();
        return value;
      } catch (error) {
        if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => {});
        throw asDatabaseError(error);
      } finally {
        await runner.release();
      }
    },
    close: () => source.destroy(),
  };
}
