import type { KitLeaf } from '../facts/kit-leaf.ts';
import { textIn, textsIn } from '../facts/read-fields.ts';

/** Leaves that stand behind others, by what they are called. */
export interface RelatedNames {
  /** Event ids by their source, as `source id`. */
  events: Set<string>;
  orderIds: Set<string>;
  evidenceIds: Set<string>;
}

const ofIncident = (id: string) => [
  `/gateway ${id}`,
  `/runbooks selected:${id}`,
  `/runbooks escalated:${id}`,
  `/runbooks resolved:${id}`,
  `/orders joined:${id}`,
];
const ofOrder = (id: string) =>
  ['issued', 'delivered', 'acknowledged', 'closed'].map((verb) => `/orders ${verb}:${id}`);

/** What a leaf is about, and who did it: the events of its incident, its order, its bundle and its principal. */
export function nameRelated(leaves: readonly KitLeaf[]): RelatedNames {
  const names: RelatedNames = { events: new Set(), orderIds: new Set(), evidenceIds: new Set() };
  const add = (...events: string[]) => events.forEach((event) => names.events.add(event));
  for (const { data, type, eventId } of leaves) {
    // Of a fault or a dead letter the ids are other things' names.
    if (type.startsWith('dead-letters.') || type === 'evidence.integrity-fault.v1') continue;
    for (const id of [textIn(data, 'incident_id'), ...textsIn(data, 'incident_ids')]) {
      if (id !== null) add(...ofIncident(id));
    }
    const orderId = textIn(data, 'order_id');
    if (orderId !== null) {
      add(...ofOrder(orderId));
      names.orderIds.add(orderId);
    }
    const evidenceId = textIn(data, 'evidence_id');
    if (evidenceId !== null) {
      add(`/evidence recorded:${evidenceId}`);
      names.evidenceIds.add(evidenceId);
    }
    const principalId = textIn(data, 'principal_id');
    if (principalId !== null) add(`/gateway principal:${principalId}`);
    if (type === 'gateway.evidence-submitted.v1') add(`/evidence refused:${eventId}`);
    if (type === 'evidence.refused.v1') add(`/gateway ${eventId.replace(/^refused:/, '')}`);
  }
  return names;
}
