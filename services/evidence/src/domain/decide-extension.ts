import { accept, type AppError, refuse, type Result } from '@countersign/shared/kernel';
import { retentionShortened, retentionTooLong } from './retention-errors.ts';

/** A lock cannot be taken back, so a slip of the pen must not lock for ever: no one asks for more than a century. */
const longestYears = 100;

/** Whether keeping a bundle until `wanted` changes anything. What is over already was never an extension. */
export function decideExtension(
  wanted: Date,
  { retainUntil, now }: { retainUntil: Date; now: Date },
): Result<'extend' | 'nothing-new', AppError> {
  if (wanted.getTime() === retainUntil.getTime()) return accept('nothing-new');
  if (wanted < retainUntil || wanted <= now) return refuse(retentionShortened(retainUntil));
  const latest = new Date(now);
  latest.setUTCFullYear(latest.getUTCFullYear() + longestYears);
  if (wanted > latest) return refuse(retentionTooLong(latest));
  return accept('extend');
}
