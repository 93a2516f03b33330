import type { OrderRefusal, OrderRefusalCode } from '@countersign/shared/crypto/portable';

/**
 * Why this box does not carry out an order. Beside the codes of verification:
 *
 * - `REPLAYED`: its nonce was spent here before;
 * - `UNKNOWN_RUNBOOK`: this box does not have the runbook;
 * - `RUNBOOK_DIFFERS`: it has it with another digest than the one signed.
 */
export type RefusalCode = OrderRefusalCode | 'REPLAYED' | 'UNKNOWN_RUNBOOK' | 'RUNBOOK_DIFFERS';

export type Refusal = Omit<OrderRefusal, 'code'> & { code: RefusalCode };

export const replayed: Refusal = {
  code: 'REPLAYED',
  message: 'The nonce of the order was spent before.',
  field: 'nonce',
};
