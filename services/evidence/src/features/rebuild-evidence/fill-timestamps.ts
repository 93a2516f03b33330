import { sha256 } from '@countersign/shared/crypto';
import { timestampPrefix, timestampOfKey } from '../../domain/timestamp-key.ts';
import { insertTimestamp } from '../../persistence/rebuild/derived-rows.ts';
import type { RebuildTarget } from '../../persistence/rebuild/rebuild-target.ts';
import { mapAhead, type ReadableVault, readObject } from './vault-objects.ts';

const readsAtOnce = 8;

/** What timestamp authorities said of checkpoints that are there: each answer is about the note of its checkpoint. */
export async function fillTimestamps(vault: ReadableVault, target: RebuildTarget): Promise<number> {
  let count = 0;
  for await (const stamp of mapAhead(vault.listKeys(timestampPrefix), readsAtOnce, (key) =>
    readStamp(vault, target, key),
  ))
    if (stamp !== undefined) {
      await insertTimestamp(target, stamp);
      count += 1;
    }
  return count;
}

async function readStamp(vault: ReadableVault, target: RebuildTarget, key: string) {
  const named = timestampOfKey(key);
  if (named === undefined) return undefined;
  const { rows } = await target.pool.query<{ note: string }>('select note from ledger_checkpoints where size = $1', [
    named.size,
  ]);
  if (rows.length === 0) return undefined;
  const digest = Buffer.from(sha256(Buffer.from(rows[0]!.note, 'utf8')));
  const { value, storedAt } = await readObject(vault, key, (bytes) =>
    Buffer.from(bytes).includes(digest) ? bytes : undefined,
  );
  return { ...named, response: value, receivedAt: storedAt };
}
