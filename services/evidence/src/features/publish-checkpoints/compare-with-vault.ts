import { serverEd25519 } from '@countersign/shared/crypto';
import { openCheckpoint, type SignedCheckpoint } from '@countersign/shared/ledger';
import type { Vault } from '@countersign/shared/vault';
import { rolledBack } from '../../domain/ledger-errors.ts';
import type { LedgerKey } from '../../domain/ledger-key.ts';
import { checkpointKeyOf, checkpointPrefix, sizeOfKey } from '../../domain/ledger-keys.ts';
import type { LedgerReader } from '../../persistence/ledger-reader.ts';

/** A checkpoint as the vault holds it. */
export interface VaultCheckpoint extends SignedCheckpoint {
  versionId: string;
}

export type ReadableVault = Pick<Vault, 'listKeys' | 'find' | 'get'>;

/** Sizes, ascending, of the checkpoints in the vault that are larger than this one. */
export async function sizesInVault(vault: ReadableVault, after: number): Promise<number[]> {
  const sizes: number[] = [];
  for await (const key of vault.listKeys(checkpointPrefix, { after: checkpointKeyOf(after) })) {
    const size = sizeOfKey(key);
    if (size !== undefined) sizes.push(size);
  }
  return sizes;
}

/**
 * Refuses a database that lacks leaves which were signed: an older state of it was restored. It is asked before anything
 * is sequenced, so that no place in the ledger is given a second time. Needs no lock and reads no leaf.
 */
export async function refuseRollback(
  reader: Pick<LedgerReader, 'newestCheckpoint' | 'size'>,
  vault: ReadableVault,
): Promise<void> {
  const newest = await reader.newestCheckpoint();
  const signed = (await sizesInVault(vault, newest?.size ?? 0)).at(-1) ?? 0;
  // Asked last: another replica may be publishing meanwhile.
  const size = await reader.size();
  if (signed > size) throw lacksLeaves(signed, size);
}

export function lacksLeaves(signed: number, size: number): Error {
  const what = `The vault holds a checkpoint of ${signed} leaves, and the database has ${size}: an older state of it was restored.`;
  return rolledBack(what, { vault_size: signed, database_size: size });
}

/** The checkpoint of this size in the vault, its signature verified; undefined when there is none. */
export async function checkpointInVault(
  vault: ReadableVault,
  size: number,
  key: LedgerKey,
): Promise<VaultCheckpoint | undefined> {
  const stored = await vault.find(checkpointKeyOf(size));
  if (stored === undefined) return undefined;
  const note = Buffer.from(await vault.get(stored.key, stored.versionId)).toString('utf8');
  try {
    const { origin, publicKey } = key;
    return { ...openCheckpoint(note, { origin, publicKey, ed25519: serverEd25519 }), versionId: stored.versionId };
  } catch (error) {
    const what = `The checkpoint of ${size} leaves in the vault is not signed with LEDGER_SIGNING_KEY as ${key.origin}.`;
    throw rolledBack(what, { vault_size: size }, error);
  }
}
