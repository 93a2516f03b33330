import { type KitData, isInRange } from '../facts/kit-data.ts';
import type { KitLeaf } from '../facts/kit-leaf.ts';
import { textIn } from '../facts/read-fields.ts';
import { ordersOf } from './build-stories.ts';
import { indexLeaves, type LeafIndex } from './index-leaves.ts';
import { type Contradiction, findContradictions } from './find-contradictions.ts';
import { findLateBundles, type LateBundle } from './find-late-bundles.ts';
import { findSilences, type Silence } from './find-silences.ts';

export interface UnansweredOrder {
  order_id: string;
  host_id: string;
  issued_at: string;
  expires_at: string;
  /** How it ended, as of the head; null: it has not. */
  status: string | null;
}

export interface UnsealedBundle {
  bundle_id: string;
  host_id: string;
  submitted_at: string;
}

export interface RefusedBundle {
  bundle_id: string;
  host_id: string;
  error_code: string;
  refused_at: string;
}

/** What is missing, as far as the ledger tells. Times are the server's unless said otherwise. */
export interface Coverage {
  chain: {
    bundles: number;
    first_position: number | null;
    last_position: number | null;
    /** Ranges, both ends inclusive. */
    missing_positions: [number, number][];
  };
  appliances: { host_id: string; registered: boolean; bundles: number }[];
  appliances_silent: Silence[];
  incidents: number;
  incidents_with_a_person: string[];
  incidents_undecided: string[];
  orders: number;
  orders_without_evidence: UnansweredOrder[];
  bundles_late: LateBundle[];
  bundles_not_sealed: UnsealedBundle[];
  bundles_refused: RefusedBundle[];
  bundles_contradicting_orders: Contradiction[];
  runbook_texts_missing: string[];
  integrity_faults: number[];
  dead_letters: number[];
}

/** Measures what a kit covers and what it does not. Integrity faults and dead letters are told by their leaves. */
export function measureCoverage(data: Pick<KitData, 'leaves' | 'bundles' | 'range' | 'runbooks'>): Coverage {
  const { leaves, bundles, range, runbooks } = data;
  const index = indexLeaves(leaves);
  const inRange = (leaf: KitLeaf) => isInRange(range, leaf.time);
  const incidents = index.ofType('gateway.incident-reported.v1');
  const incidentIds = incidents.map((leaf) => textIn(leaf.data, 'incident_id') ?? '');
  const answered = (type: string) => (id: string) => index.about(type, 'incident_id', id).length > 0;
  const [isEscalated, isSelected] = [answered('runbooks.escalated.v1'), answered('runbooks.selected.v1')];
  const orders = index.ofType('orders.issued.v1');
  const known = new Set(runbooks);
  const named = [...index.ofType('runbooks.selected.v1'), ...orders].map(({ data: d }) => textIn(d, 'runbook_digest'));
  return {
    chain: measureChain(
      findSpan(data, index),
      bundles.map(({ position }) => position),
    ),
    appliances: listAppliances(data, index),
    appliances_silent: findSilences(index, range),
    incidents: incidents.length,
    incidents_with_a_person: incidentIds.filter(isEscalated),
    incidents_undecided: incidentIds.filter(
      (id) => !isEscalated(id) && !isSelected(id) && ordersOf(id, index).length === 0,
    ),
    orders: orders.length,
    orders_without_evidence: orders.flatMap((leaf) => findUnanswered(leaf, index)),
    bundles_late: findLateBundles(index, range),
    bundles_not_sealed: index.ofType('gateway.evidence-submitted.v1').flatMap((leaf) => findUnsealed(leaf, index)),
    bundles_refused: index.ofType('evidence.refused.v1').map(({ data: d }) => ({
      bundle_id: textIn(d, 'bundle_id') ?? '',
      host_id: textIn(d, 'host_id') ?? '',
      error_code: textIn(d, 'error_code') ?? '',
      refused_at: textIn(d, 'refused_at') ?? '',
    })),
    bundles_contradicting_orders: findContradictions(data, index),
    runbook_texts_missing: [...new Set(named.filter((digest) => digest !== null && !known.has(digest)))]
      .map(String)
      .toSorted(),
    integrity_faults: index
      .ofType('evidence.integrity-fault.v1')
      .filter(inRange)
      .map((leaf) => leaf.index),
    dead_letters: leaves
      .filter((leaf) => leaf.type.startsWith('dead-letters.') && inRange(leaf))
      .map((leaf) => leaf.index),
  };
}

/** The first and last position that was sealed within the range. Bundles beyond stand behind an incident of the range. */
function findSpan(
  { bundles, range }: Pick<KitData, 'bundles' | 'range'>,
  index: LeafIndex,
): [number, number] | undefined {
  const sealed = bundles.filter(({ evidence_id }) =>
    index.about('evidence.recorded.v1', 'evidence_id', evidence_id).some(({ time }) => isInRange(range, time)),
  );
  const [first, last] = [sealed[0], sealed.at(-1)];
  return first === undefined || last === undefined ? undefined : [first.position, last.position];
}

function measureChain(span: [number, number] | undefined, positions: readonly number[]): Coverage['chain'] {
  if (span === undefined) return { bundles: 0, first_position: null, last_position: null, missing_positions: [] };
  const [first, last] = span;
  const within = positions.filter((position) => position >= first && position <= last);
  const missing = within.flatMap((position, at): [number, number][] => {
    const expected = (within[at - 1] ?? first - 1) + 1;
    return position > expected ? [[expected, position - 1]] : [];
  });
  return { bundles: within.length, first_position: first, last_position: last, missing_positions: missing };
}

function listAppliances({ bundles }: Pick<KitData, 'bundles'>, index: LeafIndex): Coverage['appliances'] {
  const counts = new Map<string, number>();
  for (const { host_id } of bundles) counts.set(host_id, (counts.get(host_id) ?? 0) + 1);
  const entries = [...index.ofType('orders.appliance-registered.v1'), ...index.ofType('orders.appliance-enrolled.v1')];
  const registered = new Set(entries.map(({ data }) => textIn(data, 'host_id') ?? ''));
  return [...new Set([...registered, ...counts.keys()])]
    .toSorted()
    .map((host_id) => ({ host_id, registered: registered.has(host_id), bundles: counts.get(host_id) ?? 0 }));
}

function findUnanswered({ data }: KitLeaf, index: LeafIndex): UnansweredOrder[] {
  const order_id = textIn(data, 'order_id') ?? '';
  if (index.about('evidence.recorded.v1', 'order_id', order_id).length > 0) return [];
  const closed = index.about('orders.closed.v1', 'order_id', order_id)[0];
  return [
    {
      order_id,
      host_id: textIn(data, 'target_appliance_id') ?? '',
      issued_at: textIn(data, 'issued_at') ?? '',
      expires_at: textIn(data, 'expires_at') ?? '',
      status: closed === undefined ? null : textIn(closed.data, 'status'),
    },
  ];
}

/** Handed in, and at the head neither sealed nor refused. A refusal names the event that brought the bundle. */
function findUnsealed({ data, eventId }: KitLeaf, index: LeafIndex): UnsealedBundle[] {
  const evidenceId = textIn(data, 'evidence_id') ?? '';
  if (index.about('evidence.recorded.v1', 'evidence_id', evidenceId).length > 0) return [];
  const bundle_id = textIn(data, 'bundle_id') ?? '';
  const refusals = index.about('evidence.refused.v1', 'bundle_id', bundle_id);
  if (refusals.some((refusal) => refusal.eventId === `refused:${eventId}`)) return [];
  return [{ bundle_id, host_id: textIn(data, 'host_id') ?? '', submitted_at: textIn(data, 'submitted_at') ?? '' }];
}
