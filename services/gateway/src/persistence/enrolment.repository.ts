import type { Pool, PoolClient } from 'pg';
import { defineStatement, type OutboxRow, runInTransaction } from '@countersign/shared/persistence';
import { proofReplayed, superseded, tokenRefused } from '../domain/enrolment-errors.ts';
import { judgeToken } from '../domain/judge-token.ts';
import { say } from './say.ts';

/** A use of a token by one appliance with one key. */
export interface Claim {
  enrolmentId: string;
  tokenId: string;
  site_id: string;
  host_id: string;
  public_key: string;
}

/** What orders has decided, and what the appliance gets for it. */
export interface Completion extends Claim {
  epoch: number;
  /** What the appliance says in the proof that is answered. */
  requestedAt: Date;
  /** For the first proof of an enrolment; a later one keeps the principal of the first. */
  newPrincipal: { id: string; name: string; scopes: readonly string[] };
  keyId: string;
  /** SHA-256 of the new credential, 64 hex. */
  keyDigest: string;
}

/** What is said of it; each is finished JSON. */
export interface DescribeCompletion {
  created: () => string;
  revoked: (key: { keyId: string; principalId: string }) => string;
  used: (principalId: string) => string;
}

const lockToken = defineStatement<{
  site_id: string;
  host_id: string | null;
  uses: number;
  expires_at: Date;
  revoked_at: Date | null;
}>(
  'lock-token-for-claim',
  'select site_id, host_id, uses, expires_at, revoked_at from enrolment_tokens where token_id = $1 for update',
);

const findClaims = defineStatement<{ enrolment_id: string; is_own: boolean }>(
  'find-claims',
  `select enrolment_id, (site_id, host_id, public_key) = ($2, $3, $4) as is_own from enrolments where token_id = $1`,
);

const insertClaim = defineStatement(
  'claim-enrolment',
  `insert into enrolments (enrolment_id, token_id, site_id, host_id, public_key, claimed_at) values ($1, $2, $3, $4, $5, $6)`,
);

const release = defineStatement(
  'release-enrolment',
  'delete from enrolments where enrolment_id = $1 and completed_at is null',
);

const lockAppliance = defineStatement(
  'lock-enrolling-appliance',
  `select pg_advisory_xact_lock(hashtextextended('gateway.enrol:' || $1 || '/' || $2, 0))`,
);

const findState = defineStatement<{
  principal_id: string | null;
  answered_request: Date | null;
  newest: number | null;
}>(
  'find-enrolment-state',
  `select e.principal_id, e.answered_request,
     (select max(p.epoch) from principals p where p.site_id = e.site_id and p.host_id = e.host_id) as newest
   from enrolments e where e.enrolment_id = $1 for update`,
);

const revokeKeys = defineStatement<{ id: string; principal_id: string }>(
  'revoke-appliance-keys',
  `update api_keys k set revoked_at = $3 from principals p
   where p.id = k.principal_id and p.site_id = $1 and p.host_id = $2 and k.revoked_at is null
   returning k.id, k.principal_id`,
);

const insertPrincipal = defineStatement(
  'make-appliance-principal',
  `insert into principals (id, kind, name, site_id, host_id, epoch, public_key, scopes, created_at)
   values ($1, 'appliance', $2, $3, $4, $5, $6, $7, $8)`,
);

const insertKey = defineStatement(
  'make-appliance-key',
  `insert into api_keys (id, principal_id, key_sha256, created_at) values ($1, $2, decode($3, 'hex'), $4)`,
);

const complete = defineStatement(
  'complete-enrolment',
  `update enrolments set epoch = $2, principal_id = $3, completed_at = coalesce(completed_at, $4), answered_request = $5
   where enrolment_id = $1`,
);

/**
 * The two ends of an enrolment at the gateway; between them orders decides. Whatever breaks off, the same token with the
 * same key finds what was done and goes on.
 */
export class EnrolmentRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /**
   * Claims a use of the token, or finds that this appliance claimed one with this key: returns the id of the claim. The lock
   * on the token decides between all who come at the same moment. Throws `ENROLMENT.TOKEN_REFUSED`.
   */
  claim({ enrolmentId, tokenId, ...appliance }: Claim, at: Date): Promise<string> {
    const { site_id, host_id, public_key } = appliance;
    return runInTransaction(this.pool, async (client) => {
      const [token] = await lockToken.run(client, [tokenId]);
      if (token === undefined) throw tokenRefused('it is gone');
      const facts = {
        siteId: token.site_id,
        hostId: token.host_id,
        expiresAt: token.expires_at,
        revokedAt: token.revoked_at,
      };
      const why = judgeToken(facts, appliance, at);
      if (why !== undefined) throw tokenRefused(why);
      const claims = await findClaims.run(client, [tokenId, site_id, host_id, public_key]);
      const own = claims.find((claim) => claim.is_own);
      if (own) return own.enrolment_id;
      if (claims.length >= token.uses) throw tokenRefused('it is used up');
      await insertClaim.run(client, [enrolmentId, tokenId, site_id, host_id, public_key, at]);
      return enrolmentId;
    });
  }

  /** Gives the use back: orders refused, and nothing was done. */
  async release(enrolmentId: string): Promise<void> {
    await release.run(this.pool, [enrolmentId]);
  }

  /**
   * Gives the appliance its credential and revokes each that it had. Throws `ENROLMENT.SUPERSEDED` when a later enrolment of
   * the appliance was completed, `ENROLMENT.REPLAYED` for a proof that is not later than the one that was answered last.
   */
  complete(completion: Completion, at: Date, describe: DescribeCompletion): Promise<OutboxRow[]> {
    const { site_id, host_id, enrolmentId, epoch, requestedAt, keyId, keyDigest } = completion;
    return runInTransaction(this.pool, async (client) => {
      await lockAppliance.run(client, [site_id, host_id]);
      const [state] = await findState.run(client, [enrolmentId]);
      if (state === undefined || (state.newest ?? 0) > epoch) throw superseded();
      if (state.answered_request !== null && !(requestedAt > state.answered_request)) throw proofReplayed();
      const rows: OutboxRow[] = [];
      for (const { id, principal_id } of await revokeKeys.run(client, [site_id, host_id, at])) {
        const event = describe.revoked({ keyId: id, principalId: principal_id });
        rows.push(await say(client, 'gateway.principal-revoked.v1', event));
      }
      if (state.principal_id === null) rows.push(await this.makePrincipal(client, completion, at, describe));
      const principalId = state.principal_id ?? completion.newPrincipal.id;
      await insertKey.run(client, [keyId, principalId, keyDigest, at]);
      await complete.run(client, [enrolmentId, epoch, principalId, at, requestedAt]);
      rows.push(await say(client, 'gateway.enrolment-token-used.v1', describe.used(principalId)));
      return rows;
    });
  }

  private async makePrincipal(
    client: PoolClient,
    { newPrincipal, site_id, host_id, epoch, public_key }: Completion,
    at: Date,
    describe: DescribeCompletion,
  ): Promise<OutboxRow> {
    const { id, name, scopes } = newPrincipal;
    await insertPrincipal.run(client, [id, name, site_id, host_id, epoch, public_key, [...scopes], at]);
    return say(client, 'gateway.principal-created.v1', describe.created());
  }
}
