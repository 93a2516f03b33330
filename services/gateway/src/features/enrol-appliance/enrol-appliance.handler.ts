import { randomBytes } from 'node:crypto';
import { type EnrolRequest, enrolRequest, type EnrolResponse, scopesOfKind } from '@countersign/shared/contracts';
import {
  assertAcceptablePublicKey,
  holdsEnrolmentProof,
  serverEd25519,
  parseInstant,
  sha256Hex,
} from '@countersign/shared/crypto';
import { asAppError, type Clock, newId, systemClock } from '@countersign/shared/kernel';
import type { Messaging, Requester } from '@countersign/shared/messaging';
import { clockSkewed, proofInvalid, tokenRefused } from '../../domain/enrolment-errors.ts';
import { isSkewed, judgeToken } from '../../domain/judge-token.ts';
import type { RequestFacts } from '../../domain/request-facts.ts';
import type { EnrolmentTokenRepository } from '../../persistence/enrolment-token.repository.ts';
import type { Claim, EnrolmentRepository } from '../../persistence/enrolment.repository.ts';
import { describeCompletion } from './describe-enrolment.ts';

export type EnrolAppliance = (body: unknown, facts: Pick<RequestFacts, 'traceparent'>) => Promise<EnrolResponse>;

export interface EnrolApplianceOptions {
  tokens: Pick<EnrolmentTokenRepository, 'findByDigest'>;
  repository: EnrolmentRepository;
  requester: Pick<Requester, 'ask'>;
  publish: Messaging['publish'];
  clock?: Clock;
}

/**
 * Enrols an appliance: claims a use of its token, has orders make its key the current one, and gives it a credential. A
 * crash or a silence between the three leaves what the same token with the same key takes up again.
 */
export function createEnrolAppliance(options: EnrolApplianceOptions): EnrolAppliance {
  const { tokens, repository, requester, publish, clock = systemClock } = options;

  /** Cheap things first: who has no token costs us one look into an index. */
  async function admit(request: EnrolRequest, now: Date): Promise<{ tokenId: string; createdBy: string | null }> {
    if (isSkewed(parseInstant(request.requested_at), now)) throw clockSkewed(now);
    const token = await tokens.findByDigest(sha256Hex(request.token));
    if (token === undefined) throw tokenRefused('it is unknown');
    const why = judgeToken(token, request, now);
    if (why !== undefined) throw tokenRefused(why);
    assertAcceptablePublicKey(request.public_key);
    if (!holdsEnrolmentProof(request, request.proof, serverEd25519)) throw proofInvalid();
    return token;
  }

  async function askOrders(claim: Claim, authorised_by: string | null, traceparent: string) {
    const { enrolmentId, tokenId, site_id, host_id, public_key } = claim;
    const ids = { enrolment_id: enrolmentId, token_id: tokenId, authorised_by };
    const question = { ...ids, site_id, host_id, public_key, traceparent };
    try {
      return await requester.ask('rpc.orders.enrol-appliance.v1', question, { traceparent });
    } catch (error) {
      const refusal = asAppError(error)?.code;
      // Refused before anything was done: the use of the token is for another key.
      if (refusal === 'ENROLMENT.KEY_TAKEN') await repository.release(enrolmentId);
      throw error;
    }
  }

  async function readLedgerKey(): Promise<string | null> {
    const head = await requester.ask('rpc.evidence.ledger-head.v1', {}, { timeoutMs: 1_000 }).catch(() => null);
    return head?.verifier_key ?? null;
  }

  return async (body, { traceparent }) => {
    const request = enrolRequest.parse(body);
    const now = clock.now();
    const { tokenId, createdBy } = await admit(request, now);
    const { site_id, host_id, public_key } = request;
    const wanted = { enrolmentId: newId(), tokenId, site_id, host_id, public_key };
    const claim = { ...wanted, enrolmentId: await repository.claim(wanted, now) };
    const ledgerKey = readLedgerKey();
    const { epoch, enrolled_at, server_public_keys } = await askOrders(claim, createdBy, traceparent);

    const key = `csk_${randomBytes(32).toString('base64url')}`;
    const name = `appliance ${host_id} of ${site_id}, epoch ${epoch}`;
    const completion = {
      ...claim,
      epoch,
      requestedAt: new Date(parseInstant(request.requested_at)!),
      newPrincipal: { id: newId(), name, scopes: scopesOfKind.appliance },
      keyId: newId(),
      keyDigest: sha256Hex(key),
    };
    const at = clock.now();
    publish(await repository.complete(completion, at, describeCompletion(completion, at, traceparent)));
    return {
      appliance: { site_id, host_id },
      epoch,
      enrolled_at,
      credential: { id: completion.keyId, key },
      server_public_keys,
      ledger_key: await ledgerKey,
    };
  };
}
