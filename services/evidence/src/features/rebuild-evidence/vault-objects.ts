import { asAppError } from '@countersign/shared/kernel';
import type { Vault } from '@countersign/shared/vault';
import { vaultDamaged } from './rebuild-errors.ts';

export type ReadableVault = Pick<Vault, 'scheme' | 'listKeys' | 'find' | 'get' | 'versions'>;

export interface ReadObject<Value> {
  value: Value;
  versionId: string;
  /** When the vault had it. */
  storedAt: Date;
}

/**
 * What a key of the vault holds, as `open` understands it; `open` gives undefined for what is not genuine. The newest
 * version is tried first; where somebody has put another one or a delete marker over it, the locked one below is found. Throws AppError
 * `LEDGER.VAULT_DAMAGED`, which names the key.
 */
export async function readObject<Value>(
  vault: ReadableVault,
  key: string,
  open: (bytes: Uint8Array) => Value | undefined,
): Promise<ReadObject<Value>> {
  const newest = await vault.find(key);
  if (newest !== undefined) {
    const { versionId, storedAt } = newest;
    const value = open(await readVersion(vault, key, versionId));
    if (value !== undefined) return { value, versionId, storedAt };
  }
  const others = (await vault.versions(key)).filter(
    ({ versionId, isDeleteMarker }) => !isDeleteMarker && versionId !== newest?.versionId,
  );
  for (const { versionId, lastModified } of others) {
    const value = open(await readVersion(vault, key, versionId));
    if (value !== undefined) return { value, versionId, storedAt: lastModified };
  }
  throw vaultDamaged(key, newest === undefined && others.length === 0 ? 'is missing' : 'is not what was put there');
}

/** The bytes of a version. Of a directory, a file that was changed is another version: then this one is missing. */
export async function readVersion(vault: Pick<Vault, 'get'>, key: string, versionId: string): Promise<Uint8Array> {
  try {
    return await vault.get(key, versionId);
  } catch (error) {
    if (asAppError(error)?.code !== 'VAULT.OBJECT_NOT_FOUND') throw error;
    throw vaultDamaged(`${key}?versionId=${versionId}`, 'is missing or was changed', error);
  }
}

/** Values of `work` in the order of the items, with at most `ahead` under way. */
export async function* mapAhead<Item, Value>(
  items: AsyncIterable<Item> | Iterable<Item>,
  ahead: number,
  work: (item: Item) => Promise<Value>,
): AsyncGenerator<Value> {
  const underWay: Promise<Value>[] = [];
  for await (const item of items) {
    const value = work(item);
    value.catch(() => {}); // it is thrown where its turn is
    underWay.push(value);
    if (underWay.length >= ahead) yield await underWay.shift()!;
  }
  while (underWay.length > 0) yield await underWay.shift()!;
}
