import { AppError } from '@countersign/shared/kernel';
import type { OrderStatus } from './order-states.ts';

/** Unknown, or another site's: the answer does not tell which. */
export function orderNotFound(): AppError {
  return new AppError('ORDERS.NOT_FOUND', 'not-found', 'The site has no such order.');
}

export function orderNotOpen(status: OrderStatus): AppError {
  return new AppError('ORDERS.NOT_OPEN', 'conflict', `The order has ended: ${status}.`, { details: { status } });
}

export function keyConflict(): AppError {
  return new AppError('ORDERS.KEY_CONFLICT', 'conflict', 'The appliance is enrolled with another public key.');
}
