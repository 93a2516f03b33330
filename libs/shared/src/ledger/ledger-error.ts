import { AppError } from '../kernel/index.ts';

const code = {
  tile: 'LEDGER.TILE_INVALID',
  proof: 'LEDGER.PROOF_INVALID',
  note: 'LEDGER.NOTE_INVALID',
  checkpoint: 'LEDGER.CHECKPOINT_INVALID',
} as const;

/** What every function of this room throws: AppError of kind `invalid`. The message tells a person what is wrong. */
export const ledgerError = (of: keyof typeof code, message: string, cause?: unknown): AppError =>
  new AppError(code[of], 'invalid', message, { cause });
