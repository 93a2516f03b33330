import { type EventData, type EventNameOf, fleetSubject } from '@countersign/shared/contracts';
import { envelopeOf } from '@countersign/shared/messaging';

type Data<Name extends EventNameOf<'gateway'>> = EventData<Name>;

/** The event, as JSON, that tells that a principal is let in no more. */
export function describeDisabled(data: Data<'gateway.principal-disabled.v1'>): string {
  const about = { owner: 'gateway', subject: data.site_id ?? fleetSubject } as const;
  const id = `disabled:${data.principal_id}`;
  return JSON.stringify(envelopeOf('gateway.principal-disabled.v1', { ...about, id, time: data.disabled_at, data }));
}

/** The event, as JSON, that tells for whom the tokens of a subject stand. A link may be made anew: each is said. */
export function describeLinked(id: string, data: Data<'gateway.subject-linked.v1'>): string {
  const about = { owner: 'gateway', subject: data.site_id ?? fleetSubject } as const;
  const event = { ...about, id: `linked:${id}`, time: data.linked_at, data };
  return JSON.stringify(envelopeOf('gateway.subject-linked.v1', event));
}

/** The event, as JSON, that tells of a token that was made by hand. */
export function describeToken(data: Data<'gateway.token-issued.v1'>): string {
  const about = { owner: 'gateway', subject: data.site_id ?? fleetSubject } as const;
  const event = { ...about, id: `token:${data.token_id}`, time: data.issued_at, data };
  return JSON.stringify(envelopeOf('gateway.token-issued.v1', event));
}
