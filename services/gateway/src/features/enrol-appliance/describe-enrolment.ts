import { type EventData, scopesOfKind } from '@countersign/shared/contracts';
import { envelopeOf } from '@countersign/shared/messaging';
import type { Completion, DescribeCompletion } from '../../persistence/enrolment.repository.ts';
import { describeCreated, describeRevoked } from '../manage-keys/describe-principals.ts';

/** What is said about an enrolment that is completed now. */
export function describeCompletion(completion: Completion, at: Date, traceparent: string): DescribeCompletion {
  const { site_id, host_id, enrolmentId, tokenId, public_key, epoch, keyId, newPrincipal } = completion;
  const time = at.toISOString();
  return {
    created: () =>
      describeCreated({
        principal_id: newPrincipal.id,
        kind: 'appliance',
        name: newPrincipal.name,
        site_id,
        host_id,
        scopes: [...scopesOfKind.appliance],
        created_at: time,
      }),
    revoked: (key) =>
      describeRevoked({
        principal_id: key.principalId,
        kind: 'appliance',
        site_id,
        key_id: key.keyId,
        revoked_at: time,
      }),
    used: (principal_id) =>
      describeUsed(
        {
          token_id: tokenId,
          site_id,
          host_id,
          enrolment_id: enrolmentId,
          public_key,
          epoch,
          principal_id,
          key_id: keyId,
          used_at: time,
        },
        traceparent,
      ),
  };
}

/** Each proof that is answered is said: it gave away a credential. */
function describeUsed(data: EventData<'gateway.enrolment-token-used.v1'>, traceparent: string): string {
  const event = envelopeOf('gateway.enrolment-token-used.v1', {
    owner: 'gateway',
    id: `enrolment-token-used:${data.key_id}`,
    subject: data.site_id,
    time: data.used_at,
    traceparent,
    data,
  });
  return JSON.stringify(event);
}
