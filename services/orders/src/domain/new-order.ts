import type { SignedOrder } from '@countersign/shared/contracts';
import type { Condition } from './condition.ts';

/** An order that is to be issued unless its condition has an open one. */
export interface NewOrder {
  order: SignedOrder;
  condition: Condition;
  /** Of its incident. */
  traceparent: string;
  /** What is said when it is issued: the event as JSON. */
  event: string;
}

/** An incident without an answer, with what can become of it. */
export interface OpenIncident {
  incidentId: string;
  /** Signs an order of its own, for this epoch of its appliance. */
  prepare(applianceEpoch: number): NewOrder;
  /** What is said when it joins an order: the event as JSON. */
  describeJoin(orderId: string): string;
}
