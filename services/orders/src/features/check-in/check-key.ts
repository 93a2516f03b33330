import { assertAcceptablePublicKey } from '@countersign/shared/crypto';
import { asAppError, type AppError } from '@countersign/shared/kernel';

/** The reason why a key cannot be enrolled, if there is one. */
export type CheckKey = (publicKey: string) => AppError | undefined;

const rememberedAtMost = 20_000;

/** Whether a key is a point of full order takes longer than all the rest of a check-in, and boxes send the same key for years. */
export function createCheckKey(): CheckKey {
  const accepted = new Set<string>();
  return (publicKey) => {
    if (accepted.has(publicKey)) return undefined;
    try {
      assertAcceptablePublicKey(publicKey);
    } catch (error) {
      const refusal = asAppError(error);
      if (refusal === undefined) throw error;
      return refusal;
    }
    if (accepted.size >= rememberedAtMost) accepted.clear();
    accepted.add(publicKey);
    return undefined;
  };
}
