import { AppError } from '@countersign/shared/kernel';

/** More than an auditor's computer can hold at once, or a ZIP list. */
export const kitTooLarge = (details: Record<string, unknown>): AppError =>
  new AppError('EVIDENCE.KIT_TOO_LARGE', 'unprocessable', 'The range holds more than one kit can.', { details });

export const kitRangeEmpty = (): AppError =>
  new AppError('REQUEST.INVALID', 'invalid', '`to` is not after `from`.', {
    details: { errors: [{ field: 'to', message: 'must be after `from`' }] },
  });

/** A kit without anything in it would hold: a name that was mistyped must not look like a site where nothing happened. */
export const kitSiteUnknown = (): AppError =>
  new AppError('LEDGER.NOT_FOUND', 'not-found', 'The ledger knows nothing of such a site at this size.');
