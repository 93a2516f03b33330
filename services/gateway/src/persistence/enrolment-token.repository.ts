import type { Pool, PoolClient } from 'pg';
import { defineStatement, type OutboxRow, runInTransaction, type SiteScope } from '@countersign/shared/persistence';
import { say } from './say.ts';

export interface EnrolmentToken {
  tokenId: string;
  siteId: string;
  hostId: string | null;
  uses: number;
  expiresAt: Date;
  createdBy: string | null;
  createdAt: Date;
  revokedAt: Date | null;
}

export interface ListedToken extends EnrolmentToken {
  usesLeft: number;
}

interface TokenRow {
  token_id: string;
  site_id: string;
  host_id: string | null;
  uses: number;
  expires_at: Date;
  created_by: string | null;
  created_at: Date;
  revoked_at: Date | null;
}

const columns = 't.token_id, t.site_id, t.host_id, t.uses, t.expires_at, t.created_by, t.created_at, t.revoked_at';

const insert = defineStatement(
  'make-enrolment-token',
  `insert into enrolment_tokens (token_id, token_sha256, site_id, host_id, uses, expires_at, created_by, created_at)
   values ($1, decode($2, 'hex'), $3, $4, $5, $6, $7, $8)`,
);

const findByDigest = defineStatement<TokenRow>(
  'find-enrolment-token',
  `select ${columns} from enrolment_tokens t where t.token_sha256 = decode($1, 'hex')`,
);

const list = defineStatement<TokenRow & { used: number }>(
  'list-enrolment-tokens',
  `select ${columns}, (select count(*)::int from enrolments e where e.token_id = t.token_id) as used
   from enrolment_tokens t where $1::text is null or t.site_id = $1 order by t.created_at desc, t.token_id desc limit $2`,
);

// Locked: whoever claims a use at this moment is before it, or finds the token revoked.
const lockToken = defineStatement<TokenRow>(
  'lock-enrolment-token',
  `select ${columns} from enrolment_tokens t
   where t.token_id = $1 and ($2::text is null or t.site_id = $2) for update`,
);

const revoke = defineStatement(
  'revoke-enrolment-token',
  'update enrolment_tokens set revoked_at = $2 where token_id = $1',
);

/** Tokens with which appliances enrol. What happens to them is said in the same transaction. */
export class EnrolmentTokenRepository {
  private readonly pool: Pool;
  private readonly sites: SiteScope | null;

  /** `sites` null: of a command on the server, which is bound to no site. */
  constructor(pool: Pool, sites: SiteScope | null) {
    this.pool = pool;
    this.sites = sites;
  }

  /** For whoever is bound to a site, where no other is seen. */
  private within<Value>(siteId: string | null, work: (client: PoolClient) => Promise<Value>): Promise<Value> {
    if (siteId === null || this.sites === null) return runInTransaction(this.pool, work);
    return this.sites.within(siteId, ({ client }) => work(client));
  }

  /** `digest`: SHA-256 of the token, 64 hex. */
  create(token: EnrolmentToken, digest: string, event: string): Promise<OutboxRow[]> {
    const { tokenId, siteId, hostId, uses, expiresAt, createdBy, createdAt } = token;
    return this.within(siteId, async (client) => {
      await insert.run(client, [tokenId, digest, siteId, hostId, uses, expiresAt, createdBy, createdAt]);
      return [await say(client, 'gateway.enrolment-token-created.v1', event)];
    });
  }

  async findByDigest(digest: string): Promise<EnrolmentToken | undefined> {
    const [row] = await findByDigest.run(this.pool, [digest]);
    return row && tokenOf(row);
  }

  /** Newest first. A null site means every site. */
  async list(siteId: string | null, atMost: number): Promise<ListedToken[]> {
    const rows = await this.within(siteId, (client) => list.run(client, [siteId, atMost]));
    return rows.map(({ used, ...row }) => ({ ...tokenOf(row), usesLeft: row.uses - used }));
  }

  /**
   * Undefined when there is no such token of the site (null: of any). One that was revoked before stays revoked since then;
   * `describe` gives what is said (JSON) about one that is revoked now.
   */
  revoke(
    tokenId: string,
    siteId: string | null,
    at: Date,
    describe: (token: EnrolmentToken) => string,
  ): Promise<{ revokedAt: Date; rows: OutboxRow[] } | undefined> {
    return this.within(siteId, async (client) => {
      const [row] = await lockToken.run(client, [tokenId, siteId]);
      if (row === undefined) return undefined;
      if (row.revoked_at !== null) return { revokedAt: row.revoked_at, rows: [] };
      await revoke.run(client, [tokenId, at]);
      return { revokedAt: at, rows: [await say(client, 'gateway.enrolment-token-revoked.v1', describe(tokenOf(row)))] };
    });
  }
}

const tokenOf = (row: TokenRow): EnrolmentToken => ({
  tokenId: row.token_id,
  siteId: row.site_id,
  hostId: row.host_id,
  uses: row.uses,
  expiresAt: row.expires_at,
  createdBy: row.created_by,
  createdAt: row.created_at,
  revokedAt: row.revoked_at,
});
