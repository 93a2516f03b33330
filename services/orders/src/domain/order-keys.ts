/** A key that orders are signed with, as appliances are told of it. Times are the database's. */
export interface OrderKey {
  /** 16 hex. */
  keyId: string;
  /** 64 hex. */
  publicKey: string;
  announcedAt: Date;
  /** Null while it is only announced. */
  signsFrom: Date | null;
  /** Null until another key signs in its place. */
  retiresAt: Date | null;
  /** The key before it is in the wrong hands. */
  isUrgent: boolean;
  /** When a process last said that it holds the private half. */
  heldAt: Date | null;
}

export type OrderKeyState = 'announced' | 'signing' | 'previous' | 'retired';

/**
 * How old a process's knowledge of the keys may be when it acts on it; what is older is read again first. So a key that
 * was announced for longer is told by every process, and one whose end was set for longer is known to end by every process.
 */
export const knownWithinMs = 5_000;
/** Processes say that they hold a key more often than this; after it, nobody holds the key any more. */
export const heldWithinMs = 15_000;

export function stateOfKey(key: OrderKey, now: number): OrderKeyState {
  if (key.signsFrom === null) return 'announced';
  if (key.retiresAt === null) return 'signing';
  return key.retiresAt.getTime() > now ? 'previous' : 'retired';
}

/** What appliances are told: the key that signs, then the one before it, then the next. Retired keys are gone. */
export function keysToTell(keys: readonly OrderKey[], now: number): OrderKey[] {
  const inState = (state: OrderKeyState) => keys.filter((key) => stateOfKey(key, now) === state);
  return [...inState('signing'), ...inState('previous'), ...inState('announced')];
}

export interface Signing {
  held: ReadonlySet<string>;
  now: number;
  ttlMs: number;
}

/**
 * The key that this process signs with: the one that signs now, or, while the process does not hold that one, the one
 * before it, as long as an order of now ends before its key does. A process that was forgotten in a rotation stops
 * signing instead of signing what will be refused.
 */
export function chooseKey(keys: readonly OrderKey[], { held, now, ttlMs }: Signing): OrderKey | undefined {
  return keysToTell(keys, now).find(
    (key) =>
      key.signsFrom !== null &&
      held.has(key.keyId) &&
      (key.retiresAt === null || now + ttlMs <= key.retiresAt.getTime()),
  );
}

/** Whether a new key may be announced: the rotation before it is over. */
export function mayAnnounce(keys: readonly OrderKey[], now: number): boolean {
  return keys.every((key) => ['signing', 'retired'].includes(stateOfKey(key, now)));
}

export interface Turn {
  now: number;
  /** For so long at most a key is only announced. */
  announceMs: number;
  /** Appliances that are alive and may not know the announced key. */
  untold: number;
}

/**
 * Whether the announced key begins to sign: every process tells it, and every appliance that is alive knows it or had
 * time enough. Nobody waits when the key before it is in the wrong hands, or when no process holds that one any more.
 */
export function isTurnOf(next: OrderKey, current: OrderKey | undefined, { now, announceMs, untold }: Turn): boolean {
  const toldForMs = now - next.announcedAt.getTime();
  if (toldForMs < knownWithinMs) return false;
  if (next.isUrgent || untold === 0 || toldForMs >= announceMs) return true;
  return current === undefined || now - (current.heldAt?.getTime() ?? 0) > heldWithinMs + knownWithinMs;
}

/**
 * When the key that signed until now retires: after the last order that it may have signed. A process may not know for
 * `knownWithinMs` that another key signs; as long again is for clocks and for answers on their way.
 */
export function endOfPrevious(next: Pick<OrderKey, 'isUrgent'>, now: number, ttlMs: number): Date {
  return new Date(next.isUrgent ? now : now + ttlMs + 2 * knownWithinMs);
}
