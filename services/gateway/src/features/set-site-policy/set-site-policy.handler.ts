import { type SitePolicy, sitePolicyRequest, type SitePolicyResponse, siteParams } from '@countersign/shared/contracts';
import { type Clock, systemClock } from '@countersign/shared/kernel';
import { envelopeOf, type Messaging } from '@countersign/shared/messaging';
import type { RequestFacts } from '../../domain/request-facts.ts';
import type { SitePolicyRepository, StoredPolicy } from '../../persistence/site-policy.repository.ts';

export interface SetSitePolicy {
  read(params: unknown): Promise<SitePolicyResponse>;
  set(params: unknown, body: unknown, facts: RequestFacts): Promise<SitePolicyResponse>;
}

/** Gateways judge by a policy from the next request on: the database tells them when it changes. */
export function createSetSitePolicy(
  repository: SitePolicyRepository,
  publish: Messaging['publish'],
  clock: Clock = systemClock,
): SetSitePolicy {
  return {
    async read(params) {
      const { site_id } = siteParams.parse(params);
      return describe(site_id, await repository.find(site_id));
    },
    async set(params, body, { principal, traceparent }) {
      const { site_id } = siteParams.parse(params);
      const changes = Object.fromEntries(
        Object.entries(sitePolicyRequest.parse(body)).filter(([, value]) => value !== undefined),
      ) as Partial<SitePolicy>;
      const at = clock.now();
      const changed_at = at.toISOString();
      const changed = await repository.change({ siteId: site_id, changes, by: principal.id, at }, (policy) =>
        JSON.stringify(
          envelopeOf('gateway.site-policy-changed.v1', {
            owner: 'gateway',
            id: `site-policy:${site_id}@${changed_at}`,
            subject: site_id,
            time: changed_at,
            traceparent,
            data: { site_id, ...policy, changed_by: principal.id, changed_at },
          }),
        ),
      );
      publish(changed.rows);
      return describe(site_id, changed.policy);
    },
  };
}

function describe(site_id: string, { changedAt, ...policy }: StoredPolicy): SitePolicyResponse {
  return { site_id, ...policy, changed_at: changedAt?.toISOString() ?? null };
}
