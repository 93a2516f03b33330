import type { EvidenceResponse, OrderFields } from '@countersign/shared/contracts';
import { sha256Hex } from '@countersign/shared/crypto/portable';
import { type AppError, asAppError, type Clock, type ErrorKind } from '@countersign/shared/kernel';
import { type EvidenceWriter, readOrderId } from '../evidence/describe-evidence.ts';
import type { EvidenceBundle } from '../evidence/sign-evidence.ts';
import type { Execution } from '../runbooks/execute-runbook.ts';
import type { NonceStore } from '../state/nonce-store.ts';
import type { JournalEntry, OrderJournal, OrderVerdict } from '../state/order-journal.ts';
import type { Traced } from '../transport/read-answer.ts';
import type { HandledOrder } from './handled-order.ts';
import { type Refusal, replayed } from './order-refusal.ts';
import type { VerifyOrder } from './verify-order.ts';

export interface OrderHandlerOptions {
  journal: OrderJournal;
  nonces: NonceStore;
  writer: EvidenceWriter;
  clock: Clock;
  verify: VerifyOrder;
  acknowledge: (orderId: string, traceId: string) => Promise<unknown>;
  execute: (order: OrderFields) => Promise<Execution>;
  sign: (bundle: EvidenceBundle) => string;
  submit: (evidence: string) => Promise<Traced<EvidenceResponse>>;
}

export interface OrderHandler {
  /** Verify, acknowledge, carry out, sign, hand in; or refuse, sign the refusal, hand that in. */
  handle: (order: unknown) => Promise<HandledOrder>;
  /** Goes on with what a crash or a silent gateway left half done. */
  resume: () => Promise<HandledOrder[]>;
}

/** Kinds of failure that a repeat of the same evidence will always meet. */
const final: readonly ErrorKind[] = ['invalid', 'conflict', 'too-large', 'unsupported', 'unprocessable', 'not-found'];
/** A clock that is ahead is not: the server's catches up, and the same evidence is taken then. Each refusal is recorded. */
const clockAhead = 'EVIDENCE.CLOCK_AHEAD';
const clockPauseMs = 60_000;

/**
 * Handles orders one step after another, each written to the journal before the next begins: an order is carried out
 * at most once, and what was decided about it reaches the server, whenever this process ends.
 */
export function createOrderHandler(options: OrderHandlerOptions): OrderHandler {
  const { journal, nonces, writer, clock, verify, acknowledge, execute, sign, submit } = options;
  const underWay = new Map<string, Promise<HandledOrder>>();
  const paused = new Map<string, { error: AppError; until: number }>();

  /** Two callers with the same order get one handling. */
  function once(key: string, work: () => Promise<HandledOrder>): Promise<HandledOrder> {
    const running = underWay.get(key) ?? work().finally(() => underWay.delete(key));
    underWay.set(key, running);
    return running;
  }

  async function begin(key: string, order: unknown): Promise<HandledOrder> {
    const known = await journal.find(key);
    if (known !== undefined) return proceed(known);
    const verdict = await verify(order);
    if (!verdict.ok) return refuse(key, order, verdict.refusal);
    if (nonces.has(verdict.value.nonce)) return refuse(key, order, replayed);
    await journal.record(key, { state: 'accepted', order });
    return carryOut(key, order, verdict.value);
  }

  async function proceed(entry: JournalEntry): Promise<HandledOrder> {
    const orderId = readOrderId({ order_id: entry.key });
    switch (entry.state) {
      case 'accepted':
        return takeUp(entry.key, entry.order);
      case 'executing': {
        const order = entry.order as OrderFields;
        const bundle = writer.ofInterruption(order, entry.startedAt);
        return report(entry.key, bundle, { kind: 'executed', outcome: bundle.outcome, error: bundle.error ?? null });
      }
      case 'signed':
        return deliver(entry.key, entry.verdict, entry.evidence);
      case 'settled':
      case 'undeliverable':
        return { orderId, status: 'repeated', verdict: entry.verdict };
    }
  }

  /** Verifies again what was accepted before a restart: it may have expired since, or its key been withdrawn. */
  async function takeUp(key: string, received: unknown): Promise<HandledOrder> {
    const verdict = await verify(received);
    return verdict.ok ? carryOut(key, received, verdict.value) : refuse(key, received, verdict.refusal);
  }

  async function carryOut(key: string, received: unknown, order: OrderFields): Promise<HandledOrder> {
    if (!(await nonces.spend(order.nonce, order.order_id))) return refuse(key, received, replayed);
    try {
      await acknowledge(order.order_id, order.trace_id);
    } catch (caught) {
      const error = expected(caught);
      if (error.kind !== 'conflict' && error.kind !== 'not-found') {
        return { orderId: order.order_id, status: 'postponed', verdict: null, error };
      }
      await journal.record(key, { state: 'settled', verdict: null });
      return { orderId: order.order_id, status: 'over', error };
    }
    await journal.record(key, { state: 'executing', order, startedAt: clock.now().toISOString() });
    const execution = await execute(order);
    const { outcome, error } = execution;
    return report(key, writer.ofExecution(order, execution), { kind: 'executed', outcome, error: error ?? null });
  }

  function refuse(key: string, order: unknown, refusal: Refusal): Promise<HandledOrder> {
    const bundle = writer.ofRefusal(order, refusal);
    return report(key, bundle, { kind: 'refused', outcome: 'rejected', error: refusal.code });
  }

  async function report(key: string, bundle: EvidenceBundle, verdict: OrderVerdict): Promise<HandledOrder> {
    const evidence = sign(bundle);
    await journal.record(key, { state: 'signed', verdict, evidence });
    return deliver(key, verdict, evidence);
  }

  async function deliver(key: string, verdict: OrderVerdict, evidence: string): Promise<HandledOrder> {
    const orderId = readOrderId({ order_id: key });
    const pause = paused.get(key);
    if (pause && performance.now() < pause.until) return { orderId, status: 'postponed', verdict, error: pause.error };
    paused.delete(key);
    try {
      const answer = await submit(evidence);
      await journal.record(key, { state: 'settled', verdict });
      return { orderId, status: verdict.kind, verdict, evidence: answer };
    } catch (caught) {
      const error = expected(caught);
      if (error.code === clockAhead) paused.set(key, { error, until: performance.now() + clockPauseMs });
      if (error.code === clockAhead || !final.includes(error.kind))
        return { orderId, status: 'postponed', verdict, error };
      await journal.record(key, { state: 'undeliverable', verdict, evidence, errorCode: error.code });
      return { orderId, status: 'undeliverable', verdict, error };
    }
  }

  return {
    handle(order) {
      const key = keyOf(order);
      return once(key, () => begin(key, order));
    },
    async resume() {
      await journal.forgetSettled();
      const handled: HandledOrder[] = [];
      for (const entry of await journal.listOpen()) {
        handled.push(await once(entry.key, () => proceed(entry)));
      }
      return handled;
    },
  };
}

/** Orders are told apart by their id; one that has none, by all of it. */
const keyOf = (order: unknown): string => readOrderId(order) ?? `sha256-${sha256Hex(JSON.stringify(order) ?? '')}`;

/** A fault of ours (a full disk) is no answer of the gateway, and goes to the caller. */
function expected(caught: unknown): AppError {
  const known = asAppError(caught);
  if (known === undefined) throw caught;
  return known;
}
