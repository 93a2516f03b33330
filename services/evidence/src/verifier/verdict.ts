/** What is looked at, in this order; `title` is for people. */
export const checkTitles = {
  container: 'The ZIP is in the one form of a kit',
  manifest: 'Every file is the one that the signed manifest names',
  key: 'The kit is of the ledger that the auditor knows',
  checkpoint: 'The ledger signed the checkpoint that everything leads to',
  leaves: 'Every record is in the ledger',
  orders: 'Orders are signed by the key that counted then',
  decisions: 'Incident, decision, runbook and order agree',
  bundles: 'Bundles are what was sealed, and what the appliance signed',
  chain: 'Each link of the site’s chain follows from the one before',
  witnesses: 'Others saw the same history, and it only grew',
  derived: 'Report and lists say what the records say',
} as const;
export type CheckName = keyof typeof checkTitles;

/** Something that does not hold. */
export interface Problem {
  /** The file of the kit; null when it is none in particular. */
  file: string | null;
  /** The byte in the ZIP, where that is what is wrong. */
  offset?: number;
  message: string;
}

export interface CheckResult {
  check: CheckName;
  title: string;
  /** How many things were looked at; 0: there were none, or the check did not come to it. */
  examined: number;
  problems: Problem[];
  /** What is worth knowing and no proof against anything. */
  notes: string[];
}

export interface KitSummary {
  site_id: string;
  from: string;
  to: string;
  origin: string;
  ledger_size: number;
  leaves: number;
  bundles: number;
  orders: number;
}

/** What a verifier says about a kit. */
export interface Verdict {
  /** `unreadable`: this is no kit, or one for another verifier. */
  outcome: 'holds' | 'fails' | 'unreadable';
  kit: KitSummary | null;
  key: {
    /** C2SP vkey that the kit was checked with. */
    verifier_key: string | null;
    /** SHA-256 of that text: what an auditor compares. */
    fingerprint: string | null;
    /** False: the key is the kit's own word. */
    known_from_elsewhere: boolean;
  };
  checks: CheckResult[];
  /** What is missing though all proofs hold. */
  gaps: string[];
  not_proved: readonly string[];
}

/** What no kit can prove; the verifier always says it. */
export const notProved: readonly string[] = [
  'That appliances told the truth: a box that is broken into signs what the intruder wants. It is proved who said it, and when it was on record.',
  'That everything was reported: what no appliance reported is nowhere. See the gaps.',
  'The clocks of appliances: their times are their word. Order and dates are the server’s, bounded by witnesses and timestamps.',
  'The signature of a timestamp authority: only that its answer is about this checkpoint. Check it with openssl ts -verify.',
  'That this is all that the ledger has of the site: the kit is of one range, and holds what stands behind it.',
];

export const exitCodes: Record<Verdict['outcome'], number> = { holds: 0, fails: 1, unreadable: 2 };
