/** Until when an order may stay in a state: the expiry that was signed, or the time that an execution may take. */
type Limit = 'expiry' | 'execution';

interface OrderState {
  exits: readonly string[];
  /** Null: the order has ended. */
  limit: Limit | null;
}

/**
 * The life of an order. Every state that is no end has exits and a limit, so that no order lasts for ever. Evidence
 * may end an order that was never acknowledged: what was done counts more than what was announced.
 */
export const orderStates = {
  pending: { exits: ['delivered', 'acknowledged', 'completed', 'failed', 'expired', 'cancelled'], limit: 'expiry' },
  delivered: { exits: ['acknowledged', 'completed', 'failed', 'expired', 'cancelled'], limit: 'expiry' },
  acknowledged: { exits: ['completed', 'failed', 'expired', 'cancelled'], limit: 'execution' },
  completed: { exits: [], limit: null },
  failed: { exits: [], limit: null },
  expired: { exits: [], limit: null },
  cancelled: { exits: [], limit: null },
} as const satisfies Record<string, OrderState>;

export type OrderStatus = keyof typeof orderStates;
export type OpenStatus = { [S in OrderStatus]: (typeof orderStates)[S]['limit'] extends null ? never : S }[OrderStatus];
export type ClosedStatus = Exclude<OrderStatus, OpenStatus>;

export const orderStatuses = Object.keys(orderStates) as OrderStatus[];

export function isOpen(status: OrderStatus): status is OpenStatus {
  return orderStates[status].limit !== null;
}

export function canBecome(from: OrderStatus, to: OrderStatus): boolean {
  return (orderStates[from].exits as readonly OrderStatus[]).includes(to);
}

/** The moments of an order's life that limits are counted from. */
export interface OrderTimes {
  expiresAt: Date;
  acknowledgedAt: Date | null;
}

/** When a state ends by itself; null for an end. Nobody acknowledged means that the execution never began. */
export function deadlineOf(status: OrderStatus, times: OrderTimes, executionLimitSeconds: number): Date | null {
  const { limit } = orderStates[status];
  if (limit === null) return null;
  if (limit === 'expiry' || times.acknowledgedAt === null) return times.expiresAt;
  return new Date(times.acknowledgedAt.getTime() + executionLimitSeconds * 1_000);
}

const whyExpired: Record<OpenStatus, string> = {
  pending: 'the appliance never fetched it',
  delivered: 'the appliance never acknowledged it',
  acknowledged: 'no evidence came within the execution limit',
};

/** For people and for the audit trail. */
export function reasonOfExpiry(status: OpenStatus): string {
  return whyExpired[status];
}

/** Whether an open order should have ended by now; the sweeper may be a moment late. */
export function isOverdue(deadlineAt: Date, now: Date): boolean {
  return deadlineAt <= now;
}
