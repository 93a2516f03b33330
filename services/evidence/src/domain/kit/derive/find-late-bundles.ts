import { type KitRange, isInRange } from '../facts/kit-data.ts';
import { numberIn, textIn } from '../facts/read-fields.ts';
import type { LeafIndex } from './index-leaves.ts';

/** A bundle that was handed in long after the appliance's clock said that it was made. */
export interface LateBundle {
  bundle_id: string;
  host_id: string;
  submitted_at: string;
  clock_behind_seconds: number;
}

/** The server marks what is this late. */
const lateAfterSeconds = 3_600;

/** Bundles of the range that came late, by what the leaf says; without a mark, by the difference of the two times. */
export function findLateBundles(index: LeafIndex, range: KitRange): LateBundle[] {
  return index
    .ofType('gateway.evidence-submitted.v1')
    .filter(({ time }) => isInRange(range, time))
    .flatMap(({ data }) => {
      const submittedAt = textIn(data, 'submitted_at') ?? '';
      const behind = Math.floor((Date.parse(submittedAt) - Date.parse(textIn(data, 'timestamp_end') ?? '')) / 1000);
      const clock_behind_seconds =
        numberIn(data, 'clock_behind_seconds') ?? (behind > lateAfterSeconds ? behind : null);
      if (clock_behind_seconds === null) return [];
      const [bundle_id, host_id] = [textIn(data, 'bundle_id') ?? '', textIn(data, 'host_id') ?? ''];
      return [{ bundle_id, host_id, submitted_at: submittedAt, clock_behind_seconds }];
    });
}
