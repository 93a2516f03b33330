import type { EvidenceResponse } from '@countersign/shared/contracts';
import type { AppError } from '@countersign/shared/kernel';
import type { OrderVerdict } from '../state/order-journal.ts';
import type { Traced } from '../transport/read-answer.ts';

/** What came of an order. `orderId` is null where the order had no readable one. */
export type HandledOrder = { orderId: string | null } & (
  | {
      /** The server has the evidence, of what was done or of the refusal. */
      status: 'executed' | 'refused';
      verdict: OrderVerdict;
      evidence: Traced<EvidenceResponse>;
    }
  | {
      /** Answered before: it is not carried out again, and nothing is sent. */
      status: 'repeated';
      verdict: OrderVerdict | null;
    }
  | {
      /** The server says that the order has ended, or that there is none; it was not carried out. */
      status: 'over';
      error: AppError;
    }
  | {
      /** The gateway does not take the next step now; `resumeOrders` goes on from here. */
      status: 'postponed';
      verdict: OrderVerdict | null;
      error: AppError;
    }
  | {
      /** The server refuses the evidence for good; it stays in the journal for a person. */
      status: 'undeliverable';
      verdict: OrderVerdict;
      error: AppError;
    }
);
