import type { Enrolled } from '../../persistence/enrolment.repository.ts';
import { eventText } from './event-text.ts';

export function describeEnrolled({ traceparent, enrolledAt, ...facts }: Enrolled): string {
  const enrolled_at = enrolledAt.toISOString();
  return eventText('orders.appliance-enrolled.v1', {
    id: `enrolled:${facts.enrolment_id}`,
    time: enrolled_at,
    traceparent,
    data: { ...facts, enrolled_at },
  });
}
