import { type AuditFacts, callerOf } from './audit-facts.ts';

const minuteMs = 60_000;
/** Principals are known, and few: they get this many times what strangers get. */
const knownShare = 20;

/**
 * How many events of refusals are written per minute: so many for all strangers together, half of that for one caller.
 * What goes beyond is folded, so nobody grows the ledger by being refused.
 */
export class AuditBudget {
  private readonly perMinute: number;
  private minute = 0;
  private readonly spent = new Map<string, number>();
  private known = 0;
  private strangers = 0;

  constructor(perMinute: number) {
    this.perMinute = perMinute;
  }

  /** One of the event of its caller, and of those of all. */
  takeForCaller(facts: AuditFacts, now: number): boolean {
    this.turn(now);
    const caller = callerOf(facts);
    const spent = this.spent.get(caller) ?? 0;
    if (spent >= Math.ceil(this.perMinute / 2) || !this.takeForAll(facts, now)) return false;
    this.spent.set(caller, spent + 1);
    return true;
  }

  takeForAll({ principalId }: AuditFacts, now: number): boolean {
    this.turn(now);
    if (principalId === null) return this.strangers < this.perMinute && (this.strangers += 1) > 0;
    return this.known < this.perMinute * knownShare && (this.known += 1) > 0;
  }

  private turn(now: number): void {
    const minute = Math.floor(now / minuteMs);
    if (minute === this.minute) return;
    this.minute = minute;
    this.spent.clear();
    this.known = 0;
    this.strangers = 0;
  }
}
