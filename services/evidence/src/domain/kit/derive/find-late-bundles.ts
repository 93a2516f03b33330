import { type KitRange, isInRange } from '../facts/kit-data.ts';
import { textIn } from '../facts/read-fields.ts';
import type { LeafIndex } from './index-leaves.ts';

/** A bundle that was handed in long after the appliance's clock said that it was made. */
export interface LateBundle {
  bundle_id: string;
  host_id: string;
  submitted_at: string;
  clock_behind_seconds: number;
}

/** A box that was offline hands in late; from here on it is said how late, in the leaf of the seal as well. */
const lateAfterSeconds = 3_600;

/** Bundles that were handed in within the range, and late. */
export function findLateBundles(index: LeafIndex, range: KitRange): LateBundle[] {
  return index
    .ofType('gateway.evidence-submitted.v1')
    .filter(({ time }) => isInRange(range, time))
    .flatMap(({ data }) => {
      const submittedAt = textIn(data, 'submitted_at') ?? '';
      const madeAt = Date.parse(textIn(data, 'timestamp_end') ?? '');
      const clock_behind_seconds = Math.floor((Date.parse(submittedAt) - madeAt) / 1000);
      if (!(clock_behind_seconds > lateAfterSeconds)) return [];
      const [bundle_id, host_id] = [textIn(data, 'bundle_id') ?? '', textIn(data, 'host_id') ?? ''];
      return [{ bundle_id, host_id, submitted_at: submittedAt, clock_behind_seconds }];
    });
}
