import type { Pool } from 'pg';
import { defaultSitePolicy, type SitePolicy } from '@countersign/shared/contracts';
import { defineStatement, type OutboxRow, runInTransaction } from '@countersign/shared/persistence';
import { say } from './say.ts';

export interface StoredPolicy extends SitePolicy {
  /** Null: nobody has set it. */
  changedAt: Date | null;
}

type PolicyRow = SitePolicy & { changed_at: Date };

const find = defineStatement<PolicyRow>(
  'find-site-policy',
  'select enrolment, signed_requests, changed_at from site_policies where site_id = $1',
);

// Two changes of different fields at the same moment: neither is lost.
const lockPolicy = defineStatement(
  'lock-site-policy',
  `select pg_advisory_xact_lock(hashtextextended('gateway.policy:' || $1, 0))`,
);

const set = defineStatement(
  'set-site-policy',
  `insert into site_policies (site_id, enrolment, signed_requests, changed_by, changed_at) values ($1, $2, $3, $4, $5)
   on conflict (site_id) do update
     set enrolment = excluded.enrolment, signed_requests = excluded.signed_requests, changed_by = excluded.changed_by,
       changed_at = excluded.changed_at`,
);

/** What sites demand of their appliances. */
export class SitePolicyRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  async find(siteId: string): Promise<StoredPolicy> {
    const [row] = await find.run(this.pool, [siteId]);
    return storedPolicyOf(row);
  }

  /** `describe` gives what is said (JSON) about the policy as it then is. */
  change(
    { siteId, changes, by, at }: { siteId: string; changes: Partial<SitePolicy>; by: string; at: Date },
    describe: (policy: SitePolicy) => string,
  ): Promise<{ policy: StoredPolicy; rows: OutboxRow[] }> {
    return runInTransaction(this.pool, async (client) => {
      await lockPolicy.run(client, [siteId]);
      const { changedAt: _, ...before } = storedPolicyOf((await find.run(client, [siteId]))[0]);
      const policy: SitePolicy = { ...before, ...changes };
      await set.run(client, [siteId, policy.enrolment, policy.signed_requests, by, at]);
      const row = await say(client, 'gateway.site-policy-changed.v1', describe(policy));
      return { policy: { ...policy, changedAt: at }, rows: [row] };
    });
  }
}

function storedPolicyOf(row: PolicyRow | undefined): StoredPolicy {
  if (row === undefined) return { ...defaultSitePolicy, changedAt: null };
  const { changed_at: changedAt, ...policy } = row;
  return { ...policy, changedAt };
}
