import { type EventData, type EventNameOf, fleetSubject } from '@countersign/shared/contracts';
import { envelopeOf } from '@countersign/shared/messaging';

export interface EventFacts<Name extends EventNameOf<'orders'>> {
  id: string;
  time: string;
  traceparent?: string | undefined;
  data: EventData<Name>;
}

/** An event of this service as finished JSON; its subject is the site, or the fleet when it concerns none. */
export function eventText<Name extends EventNameOf<'orders'>>(type: Name, facts: EventFacts<Name>): string {
  const { site_id: subject = fleetSubject } = facts.data as { site_id?: string };
  return JSON.stringify(envelopeOf(type, { owner: 'orders', subject, ...facts }));
}
