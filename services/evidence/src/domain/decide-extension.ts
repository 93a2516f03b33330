import { accept, type AppError, refuse, type Result } from '@countersign/shared/kernel';
import { retentionShortened } from './retention-errors.ts';

/** Whether keeping a bundle until `wanted` changes anything. What is over already was never an extension. */
export function decideExtension(
  wanted: Date,
  { retainUntil, now }: { retainUntil: Date; now: Date },
): Result<'extend' | 'nothing-new', AppError> {
  if (wanted.getTime() === retainUntil.getTime()) return accept('nothing-new');
  if (wanted < retainUntil || wanted <= now) return refuse(retentionShortened(retainUntil));
  return accept('extend');
}
