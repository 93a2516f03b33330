import { checkInRequest, type CheckInResponse } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';
import type { RequestFacts } from '../../domain/request-facts.ts';
import type { IntakeRepository } from '../../persistence/intake.repository.ts';
import { GroupCommit } from '../accept-intake/group-commit.ts';
import { backlogFull } from '../accept-intake/accept-reports.ts';

export type CheckIn = (body: unknown, facts: RequestFacts) => Promise<CheckInResponse>;

const rememberedAtMost = 100_000;

/**
 * Passes a check-in to orders, which owns the appliances, and makes the site known here before the answer: the
 * appliance may report at once, through any gateway.
 */
export function createCheckIn(requester: Requester, repository: IntakeRepository): CheckIn {
  const registered = new Set<string>();
  const registrations = new GroupCommit<string, void>({
    keyOf: (siteId) => siteId,
    bytesOf: (siteId) => siteId.length,
    full: backlogFull,
    async commit(siteIds) {
      await repository.registerSites(siteIds);
      if (registered.size > rememberedAtMost) registered.clear();
      for (const siteId of siteIds) registered.add(siteId);
      return siteIds.map(() => undefined);
    },
  });

  return async (body, facts) => {
    const { ledger: _ledger, ...request } = checkInRequest.parse(body);
    const question = {
      ...request,
      may_replace_key: facts.principal.kind === 'administrator',
      traceparent: facts.traceparent,
    };
    const answer = await requester.ask('rpc.orders.check-in.v1', question, { traceparent: facts.traceparent });
    if (!registered.has(request.site_id)) await registrations.submit(request.site_id);
    return { ...answer, ledger: null };
  };
}
