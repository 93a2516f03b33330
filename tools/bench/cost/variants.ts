/** A way to take in the same incident. */
export interface Variant {
  name: string;
  /** Which of the two gateways takes it. */
  isChecked: boolean;
  isSigned: boolean;
}

export const variants = [
  { name: 'no checks', isChecked: false, isSigned: false },
  { name: 'credential + limits', isChecked: true, isSigned: false },
  { name: 'credential + limits + signature', isChecked: true, isSigned: true },
] as const satisfies Variant[];

/** What one turn of a variant was measured at. */
export interface Turn {
  variant: Variant;
  perSecond: number;
  p99: number;
  /** CPU microseconds per request: of the gateway that took it, of PostgreSQL, and of all processes but the load generator. */
  gateway: number;
  postgres: number;
  sum: number;
}

/** Each round in another direction: whatever grows or wears down meanwhile falls to all of them alike. */
export const orderOfRound = (round: number): Variant[] => (round % 2 === 0 ? [...variants] : variants.toReversed());

export const mostPercent = 15;
