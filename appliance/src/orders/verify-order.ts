import type { OrderFields } from '@countersign/shared/contracts';
import { type Ed25519, type OrderVerification, verifyOrder } from '@countersign/shared/crypto/portable';
import { accept, type Clock, refuse, type Result } from '@countersign/shared/kernel';
import type { KnownRunbooks } from '../runbooks/known-runbooks.ts';
import type { Refusal, RefusalCode } from './order-refusal.ts';

export interface OrderVerifierOptions {
  siteId: string;
  hostId: string;
  /** Of the enrolment of this box; absent: it never enrolled, and takes orders of any. */
  epoch?: number | undefined;
  maxTtlSeconds: number;
  /** Absent: any runbook is taken. */
  knownRunbooks?: KnownRunbooks | undefined;
  ed25519: Ed25519;
  clock: Clock;
  /** What the last check-in delivered. */
  publicKeys: () => readonly string[];
  /** Whether the server may have retired one of them since. */
  areKeysStale: () => boolean;
  /** Checks in again: the server may have changed its key since. The one way back for a box that was left behind. */
  refreshKeys: () => Promise<unknown>;
}

/** Whether an order may be carried out here, but for its nonce. Fails only when the check-in that it asks for fails. */
export type VerifyOrder = (order: unknown) => Promise<Result<OrderFields, Refusal>>;

/** Makes the check of an order as received: `verifyOrder` of shared/crypto, new server keys, and the runbook. */
export function createOrderVerifier(options: OrderVerifierOptions): VerifyOrder {
  const { siteId, hostId, epoch, maxTtlSeconds, knownRunbooks, ed25519, clock, publicKeys, areKeysStale, refreshKeys } =
    options;
  const verify = (order: unknown) => {
    const by: OrderVerification = {
      publicKeys: publicKeys(),
      siteId,
      applianceId: hostId,
      applianceEpoch: epoch,
      now: clock.now(),
      maxTtlSeconds,
      ed25519,
    };
    return verifyOrder(order, by);
  };

  return async (order) => {
    const wereStale = areKeysStale();
    if (wereStale) await refreshKeys();
    let verdict = verify(order);
    if (!wereStale && !verdict.ok && verdict.refusal.code === 'UNKNOWN_KEY') {
      await refreshKeys();
      verdict = verify(order);
    }
    if (!verdict.ok || knownRunbooks === undefined) return verdict;
    const { runbook_id, runbook_digest } = verdict.value;
    const known = knownRunbooks.get(runbook_id);
    if (known === undefined) return no('UNKNOWN_RUNBOOK', 'This appliance does not have the runbook.', 'runbook_id');
    if (known.digest !== runbook_digest)
      return no('RUNBOOK_DIFFERS', 'This appliance has another edition of the runbook.', 'runbook_digest');
    return accept(verdict.value);
  };
}

function no(code: RefusalCode, message: string, field: string): { ok: false; refusal: Refusal } {
  return refuse({ code, message, field });
}
