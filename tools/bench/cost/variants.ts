/** A way to take in the same incident. */
export interface Variant {
  name: string;
  /** Whether its gateway checks anything. */
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
  round: number;
  requests: number;
  perSecond: number;
  p99: number;
  /** CPU microseconds per request of each process but the load generator and the gateways of the other variants. */
  cpu: Record<string, number>;
}

export const cpuOf = ({ cpu }: Pick<Turn, 'cpu'>): number => Object.values(cpu).reduce((sum, each) => sum + each, 0);

/** What is compared stands side by side, for the host changes from one turn to the next but one. */
const order: Variant[] = [variants[0], variants[2], variants[1]];

/** Each round in another direction: whatever grows or wears down meanwhile falls to all of them alike. */
export const orderOfRound = (round: number): Variant[] => (round % 2 === 0 ? [...order] : order.toReversed());

export const mostPercent = 15;
