import type { LimitedAction } from '@countersign/shared/contracts';
import { type NonceClaim, slotOfNonce } from './nonce-claim.ts';

/** Reports of one site and action share a limit. */
export interface LimitedGroup {
  siteId: string;
  action: LimitedAction;
}

/** A report among those that it is decided with. */
export interface Placed<Report> {
  report: Report;
  /** Where in the batch it stood, from 0. */
  index: number;
  /** Which group of the batch it belongs to, from 1. */
  group: number;
  /** The how-manieth of its group it is, from 1. */
  place: number;
}

export interface IntakeBatch<Report> {
  groups: LimitedGroup[];
  placed: Placed<Report>[];
  /** How many reports there were, those included that were not placed. */
  size: number;
}

/**
 * Reports that are decided together, told apart by the limits that they share; in the order that they came in. The second
 * of two with one nonce is a replay, whatever becomes of the first, and is not placed.
 */
export function arrangeBatch<Report extends LimitedGroup & { nonce?: NonceClaim | undefined }>(
  reports: readonly Report[],
): IntakeBatch<Report> {
  const groups: LimitedGroup[] = [];
  const sizes: number[] = [];
  const groupOf = new Map<string, number>();
  const nonces = new Set<string>();
  const placed: Placed<Report>[] = [];
  reports.forEach((report, index) => {
    const { siteId, action, nonce } = report;
    if (nonce !== undefined && nonces.size === nonces.add(`${slotOfNonce(nonce)} ${nonce.digest}`).size) return;
    const name = `${action} ${siteId}`;
    let group = groupOf.get(name);
    if (group === undefined) {
      group = groups.push({ siteId, action });
      groupOf.set(name, group);
    }
    const place = (sizes[group] ?? 0) + 1;
    sizes[group] = place;
    placed.push({ report, index, group, place });
  });
  return { groups, placed, size: reports.length };
}

/** What was decided of a report; `used` before it: what counted of its group when the batch was decided. */
export interface Decided {
  outcome: string;
  used: number;
}

/**
 * The decisions in the order of the reports, each with what counts of its group up to and with it. Their places were given
 * before anybody knew which of them take one: one that was refused for its place, though some before it took none, has
 * lost a race (`raced`) and is asked again.
 */
export function settleBatch<Decision extends Decided>(
  { placed, size }: IntakeBatch<unknown>,
  decisions: readonly Decision[],
  limit: number,
): (Decision | 'replayed')[] {
  const taken: number[] = [];
  const settled: (Decision | 'replayed')[] = Array.from({ length: size }, () => 'replayed');
  decisions.forEach((decision, order) => {
    const { group, index } = placed[order]!;
    const isAccepted = decision.outcome === 'accepted';
    const before = taken[group] ?? 0;
    if (isAccepted) taken[group] = before + 1;
    const used = decision.used + before + Number(isAccepted);
    const isRaced = decision.outcome === 'limited' && used < limit;
    settled[index] = { ...decision, used, outcome: isRaced ? 'raced' : decision.outcome };
  });
  return settled;
}
