import type { Clock } from '@countersign/shared/kernel';
import { retainUntil } from '../../domain/retention.ts';
import { timestampKeyOf } from '../../domain/timestamp-key.ts';
import type { Vault } from '@countersign/shared/vault';
import type { TimestampRepository } from '../../persistence/timestamp.repository.ts';
import type { TimestampAuthority } from './timestamp-authority.ts';

export interface TimestampCheckpointOptions {
  repository: Pick<TimestampRepository, 'findUnstamped' | 'keep'>;
  authority: TimestampAuthority;
  vault: Pick<Vault, 'put'>;
  retentionDays: number;
  everyMinutes: number;
  clock: Clock;
}

/** Has the newest checkpoint stamped when that is due; returns its size, or undefined when nothing was to be done. */
export type TimestampCheckpoint = () => Promise<number | undefined>;

/**
 * One stamp per interval covers everything before it, for each checkpoint has the older ones inside. The answer goes to
 * the vault first and to the database then; a crash between the two costs one more stamp.
 */
export function createTimestampCheckpoint(options: TimestampCheckpointOptions): TimestampCheckpoint {
  const { repository, authority, vault, retentionDays, everyMinutes, clock } = options;
  return async () => {
    const checkpoint = await repository.findUnstamped(everyMinutes);
    if (!checkpoint) return undefined;
    const { response, stampedAt } = await authority.stamp(Buffer.from(checkpoint.note, 'utf8'));
    await vault.put({
      key: timestampKeyOf(checkpoint.size, stampedAt),
      bytes: response,
      contentType: 'application/timestamp-reply',
      retainUntil: retainUntil(clock.now(), retentionDays),
    });
    await repository.keep({ size: checkpoint.size, authority: authority.name, response, stampedAt });
    return checkpoint.size;
  };
}
