import { eventCatalog, type EventName, type ServiceName } from '@countersign/shared/contracts';

/** Names of our durable consumers: also who an inbox row and a dead letter belong to. */
export const recordDurable = 'evidence-record';

export const auditDurables = {
  gateway: 'evidence-audit-gateway',
  runbooks: 'evidence-audit-runbooks',
  orders: 'evidence-audit-orders',
  evidence: 'evidence-audit-evidence',
  'dead-letters': 'evidence-audit-dead-letters',
} as const satisfies Record<ServiceName | 'dead-letters', string>;

/** Which of our consumers must have had their effect of an event of this type; undefined for a type that nobody says. */
export function durablesFor(type: string): { source: string; audit: string; record: string | null } | undefined {
  if (!Object.hasOwn(eventCatalog, type)) return undefined;
  const { owner } = eventCatalog[type as EventName];
  return {
    source: `/${owner}`,
    audit: auditDurables[type.startsWith('dead-letters.') ? 'dead-letters' : owner],
    record: type === 'gateway.evidence-submitted.v1' ? recordDurable : null,
  };
}
