import { type Clock, asAppError } from '@countersign/shared/kernel';
import { encodeBase64, type FullTile, signCheckpoint } from '@countersign/shared/ledger';
import { loadStatement, textArray } from '@countersign/shared/persistence';
import type { Vault } from '@countersign/shared/vault';
import { rolledBack } from '../../domain/ledger-errors.ts';
import type { LedgerKey } from '../../domain/ledger-key.ts';
import { checkpointKeyOf } from '../../domain/ledger-keys.ts';
import { retainUntil } from '../../domain/retention.ts';
import { LedgerReader } from '../../persistence/ledger-reader.ts';
import { mapBounded } from '../seal-bundles/map-bounded.ts';
import type { LeaderSession } from '../../persistence/leader-session.ts';
import type { LedgerObject, PreparedCheckpoint } from './prepare-checkpoint.ts';

export interface PublishOptions {
  session: LeaderSession;
  vault: Pick<Vault, 'put'>;
  key: LedgerKey;
  retentionDays: number;
  clock: Clock;
}

const publish = loadStatement<{ publishedAt: Date }>(import.meta.url, '../../persistence/publish-checkpoint.sql');
const putsAtOnce = 8;

/**
 * Publishes a prepared checkpoint. First into the vault what it stands on, then its signature there, then the database,
 * from where it is served: whatever step is the last one, the next leader finds what it needs, and nothing has to be
 * taken back. Running it again is safe. What is signed was signed by whoever led at that moment.
 */
export async function publishCheckpoint(prepared: PreparedCheckpoint, options: PublishOptions): Promise<void> {
  const { session, key } = options;
  await putAll(prepared.objects, options);
  await assertLeads(session, prepared.from);
  const note = signCheckpoint({ origin: key.origin, size: prepared.size, root: prepared.root }, key.signer);
  const object = { key: checkpointKeyOf(prepared.size), bytes: Buffer.from(note, 'utf8'), contentType: 'text/plain' };
  const { versionId } = await put(object, options);
  await commitCheckpoint(prepared, { note, versionId, session });
}

/** Puts what a checkpoint stands on; what is there already stays as it is. */
export async function putAll(
  objects: readonly LedgerObject[],
  options: Pick<PublishOptions, 'vault' | 'retentionDays' | 'clock'>,
): Promise<void> {
  let failure: { error: unknown } | undefined;
  await mapBounded(objects, putsAtOnce, async (object) => {
    if (failure !== undefined) return;
    await put(object, options).catch((error: unknown) => {
      failure ??= { error };
    });
  });
  if (failure !== undefined) throw failure.error;
}

/** Writes what makes the checkpoint public, unless somebody else published since. */
export async function commitCheckpoint(
  { from, size, root, tiles }: PreparedCheckpoint,
  { note, versionId, session }: { note: string; versionId: string; session: LeaderSession },
): Promise<void> {
  const column = (read: (tile: FullTile) => string) => textArray(tiles.map(read));
  const rows = await publish.run(session.client, [
    from,
    size,
    encodeBase64(root),
    note,
    versionId,
    column(({ level }) => String(level)),
    column(({ index }) => String(index)),
    column(({ hashes }) => Buffer.from(hashes).toString('base64')),
    column((tile) => encodeBase64(tile.root)),
  ]);
  if (rows.length === 0) throw new Error(`The newest checkpoint is no longer that of size ${from}.`);
}

/** Asked over the connection that holds the lock: an answer shows that it was held when it was given. */
async function assertLeads(session: LeaderSession, from: number): Promise<void> {
  const newest = await new LedgerReader(session.client).newestCheckpoint();
  if ((newest?.size ?? 0) !== from) throw new Error(`The newest checkpoint is no longer that of size ${from}.`);
}

async function put(
  object: LedgerObject,
  { vault, retentionDays, clock }: Pick<PublishOptions, 'vault' | 'retentionDays' | 'clock'>,
): Promise<{ versionId: string }> {
  try {
    return await vault.put({ ...object, retainUntil: retainUntil(clock.now(), retentionDays) });
  } catch (error) {
    if (asAppError(error)?.code !== 'VAULT.OBJECT_EXISTS') throw error;
    throw rolledBack(
      `The vault holds something else than this ledger under ${object.key}.`,
      { key: object.key },
      error,
    );
  }
}
