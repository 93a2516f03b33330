import { randomBytes } from 'node:crypto';
import {
  type EnrolmentTokenCreated,
  enrolmentTokenParams,
  enrolmentTokenRequest,
  enrolmentTokensQuery,
  type EnrolmentTokensResponse,
  type Principal,
} from '@countersign/shared/contracts';
import { sha256Hex } from '@countersign/shared/crypto';
import { type Clock, newId, systemClock } from '@countersign/shared/kernel';
import type { Messaging } from '@countersign/shared/messaging';
import { tokenNotFound } from '../../domain/enrolment-errors.ts';
import type { EnrolmentTokenRepository, ListedToken } from '../../persistence/enrolment-token.repository.ts';
import { describeTokenCreated, describeTokenRevoked } from './describe-tokens.ts';

/** Who manages tokens: a principal, or somebody who may run the command. */
export interface Manager {
  principal: Pick<Principal, 'id' | 'siteId'> | null;
  traceparent?: string;
}

export interface ManageEnrolmentTokens {
  create(body: unknown, by: Manager): Promise<EnrolmentTokenCreated>;
  list(query: unknown, by: Manager): Promise<EnrolmentTokensResponse>;
  revoke(params: unknown, by: Manager): Promise<{ token_id: string; revoked_at: string }>;
}

const listedAtMost = 100;

export function createManageEnrolmentTokens(
  repository: EnrolmentTokenRepository,
  publish: Messaging['publish'],
  clock: Clock = systemClock,
): ManageEnrolmentTokens {
  return {
    async create(body, { principal, traceparent }) {
      const { site_id, host_id = null, uses, expires_in_seconds } = enrolmentTokenRequest.parse(body);
      // 32 random bytes: nobody guesses one, and a fast digest is enough to keep it by.
      const token = `cse_${randomBytes(32).toString('base64url')}`;
      const createdAt = clock.now();
      const row = {
        tokenId: newId(),
        siteId: site_id,
        hostId: host_id,
        uses,
        expiresAt: new Date(createdAt.getTime() + expires_in_seconds * 1_000),
        createdBy: principal?.id ?? null,
        createdAt,
        revokedAt: null,
      };
      const facts = { token_id: row.tokenId, site_id, host_id, uses, expires_at: row.expiresAt.toISOString() };
      const made = { ...facts, created_by: row.createdBy, created_at: createdAt.toISOString() };
      publish(await repository.create(row, sha256Hex(token), describeTokenCreated(made, traceparent)));
      return { ...facts, token };
    },

    async list(query, { principal }) {
      const { site_id } = enrolmentTokensQuery.parse(query);
      const now = clock.now();
      const tokens = await repository.list(site_id ?? principal?.siteId ?? null, listedAtMost);
      return { tokens: tokens.map((token) => describe(token, now)), count: tokens.length };
    },

    async revoke(params, { principal, traceparent }) {
      const { token_id } = enrolmentTokenParams.parse(params);
      const at = clock.now();
      const revoked = await repository.revoke(token_id, principal?.siteId ?? null, at, ({ siteId }) =>
        describeTokenRevoked(
          { token_id, site_id: siteId, revoked_by: principal?.id ?? null, revoked_at: at.toISOString() },
          traceparent,
        ),
      );
      if (revoked === undefined) throw tokenNotFound();
      publish(revoked.rows);
      return { token_id, revoked_at: revoked.revokedAt.toISOString() };
    },
  };
}

function describe(token: ListedToken, now: Date): EnrolmentTokensResponse['tokens'][number] {
  return {
    token_id: token.tokenId,
    site_id: token.siteId,
    host_id: token.hostId,
    uses: token.uses,
    uses_left: token.usesLeft,
    state: stateOf(token, now),
    expires_at: token.expiresAt.toISOString(),
    created_by: token.createdBy,
    created_at: token.createdAt.toISOString(),
    revoked_at: token.revokedAt?.toISOString() ?? null,
  };
}

function stateOf({ revokedAt, expiresAt, usesLeft }: ListedToken, now: Date): 'good' | 'used' | 'expired' | 'revoked' {
  if (revokedAt !== null) return 'revoked';
  if (expiresAt <= now) return 'expired';
  return usesLeft > 0 ? 'good' : 'used';
}
