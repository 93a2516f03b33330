import { type EventData, fleetSubject } from '@countersign/shared/contracts';
import { envelopeOf } from '@countersign/shared/messaging';

type Created = EventData<'gateway.principal-created.v1'>;
type Revoked = EventData<'gateway.principal-revoked.v1'>;

/** The event, as JSON, that tells of a new principal. */
export function describeCreated(data: Created): string {
  const event = envelopeOf('gateway.principal-created.v1', {
    owner: 'gateway',
    id: `principal:${data.principal_id}`,
    subject: data.site_id ?? fleetSubject,
    time: data.created_at,
    data,
  });
  return JSON.stringify(event);
}

/** The event, as JSON, that tells of a key that is good no more. */
export function describeRevoked(data: Revoked): string {
  const event = envelopeOf('gateway.principal-revoked.v1', {
    owner: 'gateway',
    id: `revoked:${data.key_id}`,
    subject: data.site_id ?? fleetSubject,
    time: data.revoked_at,
    data,
  });
  return JSON.stringify(event);
}
