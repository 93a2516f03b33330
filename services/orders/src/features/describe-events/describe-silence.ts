import type { SilentAppliance } from '../../persistence/silence.repository.ts';
import { eventText } from './event-text.ts';

/** What is said about its return is built where it is noticed: `persistence/check-in-appliances.sql`. */
export function describeSilent({ site_id, host_id, last_checkin }: SilentAppliance, at: Date): string {
  const noticed_at = at.toISOString();
  return eventText('orders.appliance-silent.v1', {
    id: `silent:${site_id}/${host_id}/${last_checkin.getTime()}`,
    time: noticed_at,
    data: { site_id, host_id, last_checkin: last_checkin.toISOString(), noticed_at },
  });
}
