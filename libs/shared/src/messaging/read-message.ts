import { AppError } from '../kernel/index.ts';
import { parseStrictJson } from '../json/index.ts';

/**
 * A message is bounded by the broker, so its keys are not counted; levels are those of a body and its envelope. What a
 * body held as 1e20 is printed as an integer of 21 digits, and reads the same.
 */
const limits = { levels: 64, keys: Number.POSITIVE_INFINITY, keepsText: true };

/** The JSON value in a message, read as strictly as the body of a request. Throws AppError `MESSAGING.POISON`. */
export function readMessage(data: Uint8Array, what: string): unknown {
  try {
    return parseStrictJson(data, limits);
  } catch (error) {
    throw new AppError('MESSAGING.POISON', 'invalid', `The message is no ${what}.`, { cause: error });
  }
}
