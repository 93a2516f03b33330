import { AppError } from '../kernel/index.ts';

/** Says what is wrong and where, never what stands there: it may be a secret. */
export function refuseJson(what: string, position: number): never {
  throw new AppError('REQUEST.MALFORMED_JSON', 'invalid', `${what} at position ${position}.`, {
    details: { position },
  });
}
