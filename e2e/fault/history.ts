/** What a load was promised: every 200, and what it took to get it. */
export interface History {
  /** Ids that answers gave, one entry per thing that was reported, repeats of it left out. */
  incidents: Set<string>;
  evidence: Set<string>;
  /** Things that were reported and handed in. */
  reported: number;
  handedIn: number;
  /** Tries that ended with a broken connection, a timeout or a 503. */
  retries: number;
  /** Answers that no fault excuses, and things that were given up. */
  wrong: string[];
}

export const newHistory = (): History => ({
  incidents: new Set(),
  evidence: new Set(),
  reported: 0,
  handedIn: 0,
  retries: 0,
  wrong: [],
});
