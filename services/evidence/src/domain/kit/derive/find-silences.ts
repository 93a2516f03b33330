import { type KitRange } from '../facts/kit-data.ts';
import { textIn } from '../facts/read-fields.ts';
import type { LeafIndex } from './index-leaves.ts';

/** A time in which nothing was heard of an appliance. */
export interface Silence {
  host_id: string;
  /** Its last check-in before. */
  from: string;
  /** Null: it had not come back at the head. */
  to: string | null;
}

/** The silences that leaves tell of, as far as they overlap the range. A return ends the silence that began at the same check-in. */
export function findSilences(index: LeafIndex, range: KitRange): Silence[] {
  const silences = new Map<string, Silence>();
  const note = (hostId: string | null, from: string | null, to: string | null) => {
    if (hostId === null || from === null) return;
    const key = `${hostId}\n${from}`;
    silences.set(key, { host_id: hostId, from, to: to ?? silences.get(key)?.to ?? null });
  };
  for (const { data } of index.ofType('orders.appliance-silent.v1'))
    note(textIn(data, 'host_id'), textIn(data, 'last_checkin'), null);
  for (const { data } of index.ofType('orders.appliance-returned.v1'))
    note(textIn(data, 'host_id'), textIn(data, 'silent_since'), textIn(data, 'returned_at'));
  const [begin, end] = [Date.parse(range.from), Date.parse(range.to)];
  const overlapping = [...silences.values()].filter(
    ({ from, to }) => Date.parse(from) < end && (to === null || Date.parse(to) >= begin),
  );
  return overlapping.toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from) || (a.host_id < b.host_id ? -1 : 1));
}
