/** What the fleet saw of one order. */
export interface SeenOrder {
  siteId: string;
  incidentId: string;
  /** Of the report that it answers; 32 hex. */
  traceId: string | null;
  /** Null until the box has answered it. */
  fate: 'completed' | 'failed' | 'refused' | null;
  /** From the report until the fleet knew that its evidence is sealed, in ms. */
  sealedAfterMs: number | null;
  /** Nothing was done to it: it may stand for all. */
  isPlain: boolean;
}

/** Attempts, and those that were refused as they must be. */
export interface Attempts {
  tried: number;
  refused: number;
}

/** What the fleet saw. Everything is counted where it happens; nothing is taken from the plan. */
export interface Tally {
  incidents: number;
  drifts: number;
  checksWithoutDrift: number;
  tiers: Record<'L1' | 'L2' | 'L3', number>;
  joined: number;
  repeats: { sent: number; sameAnswer: number };
  limited: number;
  orders: Map<string, SeenOrder>;
  verified: number;
  tampered: Attempts;
  forged: Attempts;
  foreign: Attempts;
  replayed: Attempts;
  /** By a thief of a credential, who has no key. */
  unsigned: Attempts;
  /** Signed requests of a box that somebody sent again. */
  resent: Attempts;
  sealed: number;
  incidentToOrderMs: number[];
  /** Of orders that nobody touched: the rest waits for its attackers. */
  incidentToSealMs: number[];
  /** What should not have happened, in words. */
  problems: string[];
}

export const newTally = (): Tally => ({
  incidents: 0,
  drifts: 0,
  checksWithoutDrift: 0,
  tiers: { L1: 0, L2: 0, L3: 0 },
  joined: 0,
  repeats: { sent: 0, sameAnswer: 0 },
  limited: 0,
  orders: new Map(),
  verified: 0,
  tampered: { tried: 0, refused: 0 },
  forged: { tried: 0, refused: 0 },
  foreign: { tried: 0, refused: 0 },
  replayed: { tried: 0, refused: 0 },
  unsigned: { tried: 0, refused: 0 },
  resent: { tried: 0, refused: 0 },
  sealed: 0,
  incidentToOrderMs: [],
  incidentToSealMs: [],
  problems: [],
});

/** Incidents and drifts together. */
export const reportsOf = ({ incidents, drifts }: Tally): number => incidents + drifts;

/** The value below which a share of the values lies (nearest rank); null when there is none. */
export function percentileOf(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
