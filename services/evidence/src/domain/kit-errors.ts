import { AppError } from '@countersign/shared/kernel';

/** More than an auditor's computer can hold at once, or a ZIP list. */
export const kitTooLarge = (details: Record<string, unknown>): AppError =>
  new AppError('EVIDENCE.KIT_TOO_LARGE', 'unprocessable', 'The range holds more than one kit can.', { details });

export const kitRangeEmpty = (): AppError =>
  new AppError('REQUEST.INVALID', 'invalid', '`to` is not after `from`.', {
    details: { errors: [{ field: 'to', message: 'must be after `from`' }] },
  });
