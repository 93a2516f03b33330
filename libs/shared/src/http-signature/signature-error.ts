import { AppError } from '../kernel/index.ts';

/** `AUTH.SIGNATURE_INVALID`; says what is wrong with it, never what would be right. */
export const signatureInvalid = (message: string): AppError =>
  new AppError('AUTH.SIGNATURE_INVALID', 'unauthenticated', message);
