import { decodeBase64, encodeBase64 } from './base64.ts';
import { isSize, parseDecimal } from './decimal.ts';
import { ledgerError } from './ledger-error.ts';
import { isHash } from './merkle-hash.ts';
import { isNoteText } from './note.ts';

/** What a log says about itself at one size. */
export interface Checkpoint {
  /** Which log: a URL without scheme, by convention also the name of its key. */
  origin: string;
  /** Leaves, 0 to 2^53 - 1. */
  size: number;
  /** 32 bytes. */
  root: Uint8Array;
}

/**
 * The text of a checkpoint (C2SP tlog-checkpoint): origin, size and base64 of the root, each with a newline. Throws
 * AppError `LEDGER.CHECKPOINT_INVALID` for what cannot be one.
 */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  const text = `${origin}\n${size}\n${encodeBase64(root)}\n`;
  if (origin === '' || origin.includes('\n') || !isNoteText(text) || !isSize(size) || !isHash(root))
    throw ledgerError(
      'checkpoint',
      'A checkpoint needs an origin of one line, a size from 0 to 2^53 - 1, and a root of 32 bytes.',
    );
  return text;
}

/**
 * Reads what `formatCheckpoint` makes, in that one spelling. Extension lines are refused: no log of ours has any, and
 * monitors could not audit them. Throws AppError `LEDGER.CHECKPOINT_INVALID`.
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', digits = '', base64 = '', end, ...more] = isNoteText(text) ? text.split('\n', 6) : [];
  const size = parseDecimal(digits);
  const root = decodeBase64(base64);
  if (origin === '' || size === undefined || !isHash(root) || end !== '' || more.length > 0)
    throw ledgerError('checkpoint', 'The text is not a checkpoint of origin, size and root.');
  return { origin, size, root };
}
