import type { KitBundle } from '../facts/kit-bundle.ts';
import type { KitData } from '../facts/kit-data.ts';
import type { KitLeaf } from '../facts/kit-leaf.ts';
import { textIn, textsIn } from '../facts/read-fields.ts';
import { indexLeaves, type LeafIndex } from './index-leaves.ts';
import { describeStep, type StepKind } from './describe-step.ts';

/** One thing that happened to an incident, as a leaf says it. */
export interface StoryStep {
  kind: StepKind;
  /** Server time, RFC 3339. */
  time: string;
  title: string;
  detail: string;
  leaf: number;
  traceId: string | null;
}

/** An incident with all that followed from it. */
export interface Story {
  incidentId: string;
  hostId: string;
  incidentType: string;
  severity: string;
  /** How it stands at the head, as the last leaf about it says. */
  state: 'resolved' | 'with a person' | 'open';
  hipaaControls: string[];
  orderIds: string[];
  bundles: KitBundle[];
  traceId: string | null;
  /** In the order of the ledger. */
  steps: StoryStep[];
}

const aboutIncident = [
  'gateway.incident-reported.v1',
  'runbooks.selected.v1',
  'runbooks.escalated.v1',
  'runbooks.resolved.v1',
  'orders.issued.v1',
  'orders.joined.v1',
] as const;
const aboutOrder = [
  'orders.issued.v1',
  'orders.delivered.v1',
  'orders.acknowledged.v1',
  'orders.closed.v1',
  'gateway.evidence-submitted.v1',
  'evidence.recorded.v1',
] as const;

/** The stories of all incidents of a kit, in the order in which they were reported. */
export function buildStories({ leaves, bundles }: Pick<KitData, 'leaves' | 'bundles'>): Story[] {
  const index = indexLeaves(leaves);
  const ids = new Set<string>();
  for (const type of aboutIncident) {
    for (const leaf of index.ofType(type)) {
      const id = textIn(leaf.data, 'incident_id');
      if (id !== null) ids.add(id);
    }
  }
  const byOrder = new Map<string, KitBundle[]>();
  for (const bundle of bundles) {
    const orderId = bundle.said.order_id;
    if (orderId !== null) byOrder.set(orderId, [...(byOrder.get(orderId) ?? []), bundle]);
  }
  return [...ids]
    .map((id) => storyOf(id, index, byOrder))
    .toSorted((a, b) => (a.steps[0]?.leaf ?? 0) - (b.steps[0]?.leaf ?? 0));
}

/** The ids of the orders that answer an incident: its own, and the one that it joined. */
export function ordersOf(incidentId: string, index: LeafIndex): string[] {
  const leaves = ['orders.issued.v1', 'orders.joined.v1'].flatMap((type) =>
    index.about(type, 'incident_id', incidentId),
  );
  return [...new Set(leaves.map((leaf) => textIn(leaf.data, 'order_id')).filter((id) => id !== null))];
}

function storyOf(incidentId: string, index: LeafIndex, byOrder: ReadonlyMap<string, KitBundle[]>): Story {
  const orderIds = ordersOf(incidentId, index);
  const found = new Map<number, KitLeaf>();
  for (const type of aboutIncident) {
    for (const leaf of index.about(type, 'incident_id', incidentId)) found.set(leaf.index, leaf);
  }
  for (const orderId of orderIds) {
    for (const type of aboutOrder)
      for (const leaf of index.about(type, 'order_id', orderId)) found.set(leaf.index, leaf);
  }
  const leaves = [...found.values()].toSorted((a, b) => a.index - b.index);
  const reported = leaves.find(({ type }) => type === 'gateway.incident-reported.v1');
  const first = reported ?? leaves[0];
  const say = (name: string) => leaves.map(({ data }) => textIn(data, name)).find((text) => text !== null) ?? '';
  return {
    incidentId,
    hostId: say('host_id'),
    incidentType: say('incident_type'),
    severity: say('severity'),
    state: stateOf(leaves),
    hipaaControls: reported === undefined ? [] : textsIn(reported.data, 'hipaa_controls'),
    orderIds,
    bundles: orderIds.flatMap((id) => byOrder.get(id) ?? []),
    traceId: first?.traceId ?? null,
    steps: leaves.map((leaf) => ({ ...describeStep(leaf), leaf: leaf.index, time: leaf.time, traceId: leaf.traceId })),
  };
}

function stateOf(leaves: readonly KitLeaf[]): Story['state'] {
  const last = leaves.findLast(({ type }) => type === 'runbooks.resolved.v1' || type === 'runbooks.escalated.v1');
  if (last === undefined) return 'open';
  return last.type === 'runbooks.resolved.v1' ? 'resolved' : 'with a person';
}
