import { AuditBudget } from '../../domain/audit-budget.ts';
import { type AuditedRequest, type AuditFacts, foldAll, foldByCaller, keyOf } from '../../domain/audit-facts.ts';

/** Equal requests of a time that are not written yet. */
export interface AuditCount {
  facts: AuditFacts;
  count: number;
  requestIds: string[];
  traceparent: string;
  firstAt: number;
  lastAt: number;
}

interface Window extends AuditCount {
  /** When what it counts is written. */
  dueAt: number;
  /** Its next event is within the budget already. */
  isPaid: boolean;
}

export interface AuditWindowsOptions {
  /** Milliseconds that equal requests are counted together. */
  windowMs: number;
  /** The same for what appliances read all day. */
  readWindowMs: number;
  /** See `AuditBudget`. */
  eventsPerMinute: number;
  /** Windows at most; beyond it requests are folded. */
  atMost?: number;
}

const idsAtMost = 5;
const isRefusal = ({ type }: AuditFacts): boolean => type === 'gateway.request-refused.v1';

const empty = (facts: AuditFacts, at: number): AuditCount => ({
  facts,
  count: 0,
  requestIds: [],
  traceparent: '',
  firstAt: at,
  lastAt: at,
});

/**
 * Requests that are written down, counted by what they have in common. The first of its kind is due at once, those that follow
 * within the window at its end. What exceeds the budget or the memory is folded into fewer events and never lost.
 */
export class AuditWindows {
  private readonly options: Required<AuditWindowsOptions>;
  private readonly budget: AuditBudget;
  private readonly windows = new Map<string, Window>();
  /** Requests that were folded since the last look. */
  private folded = 0;

  constructor(options: AuditWindowsOptions) {
    this.options = { atMost: 20_000, ...options };
    this.budget = new AuditBudget(options.eventsPerMinute);
  }

  add(request: AuditedRequest): void {
    const window = this.find(request.facts, request.at);
    if (window.count === 0) window.firstAt = request.at;
    window.count += 1;
    window.lastAt = request.at;
    window.traceparent = request.traceparent;
    window.requestIds.push(request.requestId);
    if (window.requestIds.length > idsAtMost) window.requestIds.shift();
  }

  /** Whether an equal request was written a moment ago, so that this one may be counted. */
  isOpen(facts: AuditFacts): boolean {
    return this.windows.has(keyOf(facts));
  }

  /** After the first of its kind was written by somebody else. */
  open({ facts, at }: AuditedRequest): void {
    const key = keyOf(facts);
    if (this.windows.has(key) || this.windows.size >= this.options.atMost) return;
    this.windows.set(key, { ...empty(facts, at), dueAt: at + this.lengthOf(facts), isPaid: false });
  }

  /** Takes what is due, all when told so; windows in which nothing came are closed. */
  take(now: number, atMost: number, all = false): AuditCount[] {
    const taken: AuditCount[] = [];
    for (const [key, window] of this.windows) {
      if (taken.length >= atMost) break;
      if (!all && window.dueAt > now) continue;
      if (window.count === 0) {
        this.windows.delete(key);
        continue;
      }
      const { facts } = window;
      if (
        !all &&
        !window.isPaid &&
        isRefusal(facts) &&
        facts.folded !== 'all' &&
        !this.budget.takeForCaller(facts, now)
      ) {
        window.dueAt = now + this.lengthOf(facts);
        continue;
      }
      const { count, requestIds, traceparent, firstAt, lastAt } = window;
      taken.push({ facts, count, requestIds, traceparent, firstAt, lastAt });
      Object.assign(window, empty(facts, now), { dueAt: now + this.lengthOf(facts), isPaid: false });
    }
    return taken;
  }

  /** Requests that are not written yet. */
  get waiting(): number {
    let sum = 0;
    for (const { count } of this.windows.values()) sum += count;
    return sum;
  }

  get size(): number {
    return this.windows.size;
  }

  /** How many requests were folded since this was asked last. */
  takeFolded(): number {
    const { folded } = this;
    this.folded = 0;
    return folded;
  }

  private find(facts: AuditFacts, at: number): Window {
    const exact = this.windows.get(keyOf(facts));
    if (exact !== undefined) return exact;
    const mayGrow = this.windows.size < this.options.atMost;
    if (mayGrow && (!isRefusal(facts) || this.budget.takeForCaller(facts, at))) return this.create(facts, at);
    this.folded += 1;
    const caller = foldByCaller(facts);
    const known = this.windows.get(keyOf(caller));
    if (known !== undefined) return known;
    if (mayGrow && this.budget.takeForAll(facts, at)) return this.create(caller, at);
    const everybody = foldAll(facts);
    return this.windows.get(keyOf(everybody)) ?? this.create(everybody, at);
  }

  private create(facts: AuditFacts, at: number): Window {
    const window = { ...empty(facts, at), dueAt: at, isPaid: true };
    this.windows.set(keyOf(facts), window);
    return window;
  }

  private lengthOf(facts: AuditFacts): number {
    return isRefusal(facts) ? this.options.windowMs : this.options.readWindowMs;
  }
}
