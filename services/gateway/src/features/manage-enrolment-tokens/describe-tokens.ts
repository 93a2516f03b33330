import { type EventData } from '@countersign/shared/contracts';
import { envelopeOf } from '@countersign/shared/messaging';

/** The event, as JSON, that tells of a new token; never of what it is. */
export function describeTokenCreated(
  data: EventData<'gateway.enrolment-token-created.v1'>,
  traceparent?: string,
): string {
  const event = envelopeOf('gateway.enrolment-token-created.v1', {
    owner: 'gateway',
    id: `enrolment-token:${data.token_id}`,
    subject: data.site_id,
    time: data.created_at,
    traceparent,
    data,
  });
  return JSON.stringify(event);
}

export function describeTokenRevoked(
  data: EventData<'gateway.enrolment-token-revoked.v1'>,
  traceparent?: string,
): string {
  const event = envelopeOf('gateway.enrolment-token-revoked.v1', {
    owner: 'gateway',
    id: `enrolment-token-revoked:${data.token_id}`,
    subject: data.site_id,
    time: data.revoked_at,
    traceparent,
    data,
  });
  return JSON.stringify(event);
}
