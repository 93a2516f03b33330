import { type AppError, asAppError } from '@countersign/shared/kernel';

const refusals = new Set([
  'EVIDENCE.NOT_FOUND',
  'EVIDENCE.NOT_SEALED',
  'EVIDENCE.RETENTION_SHORTENED',
  'EVIDENCE.RETENTION_TOO_LONG',
  'VAULT.UNAVAILABLE',
]);

/** A refusal is an answer, and says nothing of the questions beside it; anything else that goes wrong stays an error. */
export async function answerRefusal<Answer>(answer: Promise<Answer>): Promise<Answer | AppError> {
  try {
    return await answer;
  } catch (error) {
    const refusal = asAppError(error);
    if (refusal !== undefined && refusals.has(refusal.code)) return refusal;
    throw error;
  }
}
