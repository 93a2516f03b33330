import { checkInRequest, type CheckInResponse } from '@countersign/shared/contracts';
import { type Clock, systemClock } from '@countersign/shared/kernel';
import type { Requester } from '@countersign/shared/messaging';
import { credentialEpochOf } from '../../domain/credential-epoch.ts';
import type { RequestFacts } from '../../domain/request-facts.ts';
import type { IntakeRepository } from '../../persistence/intake.repository.ts';
import { GroupCommit } from '../gather-work/group-commit.ts';
import { backlogFull } from '../accept-intake/accept-reports.ts';
import { createAskWitness } from './ask-witness.ts';
import { createNewestCheckpoint } from './newest-checkpoint.ts';

export type CheckIn = (body: unknown, facts: RequestFacts) => Promise<CheckInResponse>;

const rememberedAtMost = 100_000;

/**
 * Passes a check-in to orders, which owns the appliances, and makes the site known here before the answer: the
 * appliance may report at once, through any gateway. An appliance that watches the ledger costs evidence a question of
 * its own, asked at the same time; whatever becomes of it, the check-in goes on.
 */
export function createCheckIn(
  requester: Requester,
  repository: Pick<IntakeRepository, 'registerSites'>,
  clock: Clock = systemClock,
): CheckIn {
  const askWitness = createAskWitness(requester);
  const readNewest = createNewestCheckpoint(requester, clock);
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
    const { ledger: report, ...request } = checkInRequest.parse(body);
    const question = {
      ...request,
      ...credentialEpochOf(facts.principal),
      may_replace_key: facts.principal.kind === 'administrator',
      traceparent: facts.traceparent,
    };
    const { site_id, host_id } = request;
    const shown = report ? askWitness({ ...report, site_id, host_id }, facts.traceparent) : readNewest();
    const answer = await requester.ask('rpc.orders.check-in.v1', question, { traceparent: facts.traceparent });
    if (!registered.has(site_id)) await registrations.submit(site_id);
    return { ...answer, ledger: await shown };
  };
}
