import type { RequestOf } from '@countersign/shared/contracts';

export type CheckIn = RequestOf<'rpc.orders.check-in.v1'>;

/** Questions that say the same about the same appliance; they share an answer. */
export interface CheckInGroup {
  checkIn: CheckIn;
  /** Their places in the batch, first come first. */
  places: number[];
}

/**
 * Splits a batch into rounds in which no appliance occurs twice, so that each round is one statement. Boxes that ask
 * again because an answer was lost say the same: they cost nothing more. What differs comes in a later round.
 */
export function planCheckIns(checkIns: readonly CheckIn[]): CheckInGroup[][] {
  const rounds: CheckInGroup[][] = [];
  const last = new Map<string, { text: string; group: CheckInGroup; round: number }>();
  checkIns.forEach((checkIn, place) => {
    const appliance = `${checkIn.site_id}/${checkIn.host_id}`;
    const text = JSON.stringify({ ...checkIn, traceparent: undefined });
    const before = last.get(appliance);
    if (before?.text === text) {
      before.group.places.push(place);
      return;
    }
    const group = { checkIn, places: [place] };
    const round = before === undefined ? 0 : before.round + 1;
    (rounds[round] ??= []).push(group);
    last.set(appliance, { text, group, round });
  });
  return rounds;
}
