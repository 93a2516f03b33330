import type { Account } from '../accounts/account-orders.ts';
import { percentileOf, reportsOf, type Tally } from '../accounts/tally.ts';

/** The outcome of a demo; times in milliseconds, to a tenth. */
export interface RunSummary {
  appliances: number;
  seed: number;
  seconds: number;
  incidents: {
    total: number;
    incidents: number;
    drifts: number;
    joined: number;
    checks_without_drift: number;
    limited: number;
  };
  tiers: Tally['tiers'];
  orders: Pick<Account, 'issued' | 'completed' | 'failed' | 'refused' | 'open'> & { verified: number };
  evidence: { sealed: number };
  repeats: { sent: number; same_answer: number };
  tampered_orders: Tally['tampered'];
  forged_evidence: Tally['forged'];
  foreign_requests: Tally['foreign'];
  replayed_orders: Tally['replayed'];
  unsigned_requests: Tally['unsigned'];
  resent_requests: Tally['resent'];
  incident_to_order_ms: { p50: number | null; p99: number | null };
  incident_to_sealed_evidence_ms: { p50: number | null; p99: number | null };
  every_order_accounted_for: boolean;
  problems: string[];
}

export interface RunFacts {
  appliances: number;
  seed: number;
  seconds: number;
  tally: Tally;
  account: Account;
}

export function describeRun({ appliances, seed, seconds, tally, account }: RunFacts): RunSummary {
  const { issued, completed, failed, refused, open, evidence } = account;
  return {
    appliances,
    seed,
    seconds: Math.round(seconds * 10) / 10,
    incidents: {
      total: reportsOf(tally),
      incidents: tally.incidents,
      drifts: tally.drifts,
      joined: tally.joined,
      checks_without_drift: tally.checksWithoutDrift,
      limited: tally.limited,
    },
    tiers: tally.tiers,
    orders: { issued, verified: tally.verified, completed, failed, refused, open },
    evidence: { sealed: evidence },
    repeats: { sent: tally.repeats.sent, same_answer: tally.repeats.sameAnswer },
    tampered_orders: tally.tampered,
    forged_evidence: tally.forged,
    foreign_requests: tally.foreign,
    replayed_orders: tally.replayed,
    unsigned_requests: tally.unsigned,
    resent_requests: tally.resent,
    incident_to_order_ms: quantiles(tally.incidentToOrderMs),
    incident_to_sealed_evidence_ms: quantiles(tally.incidentToSealMs),
    every_order_accounted_for: open === 0 && issued === completed + failed + refused && account.problems.length === 0,
    problems: [...tally.problems, ...account.problems],
  };
}

function quantiles(values: readonly number[]): { p50: number | null; p99: number | null } {
  const rounded = (share: number) => {
    const value = percentileOf(values, share);
    return value === null ? null : Math.round(value * 10) / 10;
  };
  return { p50: rounded(0.5), p99: rounded(0.99) };
}
