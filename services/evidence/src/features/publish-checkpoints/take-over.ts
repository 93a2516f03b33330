import { sha256 } from '@countersign/shared/crypto';
import { isSameBytes, LedgerFrontier, parseCheckpoint, parseNote } from '@countersign/shared/ledger';
import type { Logger } from '@countersign/shared/telemetry';
import type { Vault } from '@countersign/shared/vault';
import { rolledBack } from '../../domain/ledger-errors.ts';
import { checkpointKeyOf } from '../../domain/ledger-keys.ts';
import { LedgerReader, type PublishedCheckpoint } from '../../persistence/ledger-reader.ts';
import { TileReader } from '../../persistence/tile-reader.ts';
import { checkpointInVault, lacksLeaves, type ReadableVault, sizesInVault } from './compare-with-vault.ts';
import { prepareCheckpoint } from './prepare-checkpoint.ts';
import { commitCheckpoint, putAll, type PublishOptions } from './publish-checkpoint.ts';

export interface TakeOverOptions extends PublishOptions {
  vault: ReadableVault & Pick<Vault, 'put'>;
  logger: Logger;
}

/**
 * Where a new leader goes on. The newest checkpoint of the database must follow from its leaves and be the one in the
 * vault. Where the vault is ahead (a leader died between its signature there and the database), its checkpoints are
 * adopted if the leaves here lead to the same roots. Anything else throws `LEDGER.ROLLED_BACK`.
 */
export async function takeOver(options: TakeOverOptions): Promise<LedgerFrontier> {
  const { session, vault } = options;
  const reader = new LedgerReader(session.client);
  const newest = await reader.newestCheckpoint();
  const ahead = await sizesInVault(vault, newest?.size ?? 0);
  const size = await reader.size();
  if ((ahead.at(-1) ?? 0) > size) throw lacksLeaves(ahead.at(-1)!, size);
  if ((newest?.size ?? 0) > size) throw lacksLeaves(newest!.size, size);
  const frontier = await frontierOf(newest, options);
  for (const signed of ahead) await adopt(signed, frontier, reader, options);
  return frontier;
}

async function frontierOf(newest: PublishedCheckpoint | undefined, options: TakeOverOptions): Promise<LedgerFrontier> {
  if (newest === undefined) return new LedgerFrontier(sha256);
  await compareNewest(newest, options);
  // Its tiles are read once: nothing to keep.
  const frontier = await LedgerFrontier.at(newest.size, new TileReader(options.session.client, 0), sha256);
  if (!isSameBytes(frontier.root(), newest.root))
    throw rolledBack(`The leaves in the database do not lead to the root that was signed for ${newest.size} leaves.`, {
      database_size: newest.size,
    });
  return frontier;
}

/** The newest checkpoint of the database is that of the vault, and of the log that is configured. */
async function compareNewest({ size, note, root }: PublishedCheckpoint, options: TakeOverOptions): Promise<void> {
  const { vault, key, logger } = options;
  const said = parseCheckpoint(parseNote(note).text);
  if (said.origin !== key.origin)
    throw rolledBack(`The checkpoints of this database are of ${said.origin}, and LEDGER_ORIGIN is ${key.origin}.`, {});
  if (said.size !== size || !isSameBytes(said.root, root))
    throw rolledBack(`The checkpoint of ${size} leaves in the database is not what was signed.`, {
      database_size: size,
    });
  const stored = await vault.find(checkpointKeyOf(size));
  if (stored === undefined) {
    logger.error(
      { size },
      'the vault lacks the newest checkpoint, and perhaps more of the ledger; it gets this one again',
    );
    const bytes = Buffer.from(note, 'utf8');
    return putAll([{ key: checkpointKeyOf(size), bytes, contentType: 'text/plain' }], options);
  }
  const kept = Buffer.from(await vault.get(stored.key, stored.versionId)).toString('utf8');
  if (kept !== note)
    throw rolledBack(`The checkpoints of ${size} leaves in the vault and in the database differ.`, {
      vault_size: size,
      database_size: size,
    });
}

async function adopt(
  signed: number,
  frontier: LedgerFrontier,
  reader: LedgerReader,
  options: TakeOverOptions,
): Promise<void> {
  const { vault, key, session, logger } = options;
  const checkpoint = await checkpointInVault(vault, signed, key);
  if (checkpoint === undefined) return;
  const prepared = await prepareCheckpoint({ frontier, reader, to: signed, maxBytes: Number.MAX_SAFE_INTEGER });
  if (prepared.size !== signed || checkpoint.size !== signed || !isSameBytes(prepared.root, checkpoint.root))
    throw rolledBack(`The leaves in the database are not those that were signed for ${signed} leaves.`, {
      vault_size: signed,
      database_size: prepared.from,
    });
  await putAll(prepared.objects, options);
  await commitCheckpoint(prepared, { note: checkpoint.note, versionId: checkpoint.versionId, session });
  logger.info({ size: signed }, 'a checkpoint that was signed and not published is published now');
}
