import { asAppError } from '@countersign/shared/kernel';
import type { Vault } from '@countersign/shared/vault';
import { type KitBundle, readBundle } from '../../domain/kit/facts/kit-bundle.ts';
import type { KitLeaf } from '../../domain/kit/facts/kit-leaf.ts';
import { numberIn, textsOf } from '../../domain/kit/facts/read-fields.ts';
import { kitNames } from '../../domain/kit/kit-names.ts';
import { objectKeyOf } from '../../domain/object-key.ts';
import { fileOf, fileReadTwice, type KitFile } from './kit-file.ts';
import { mapBounded } from '../seal-bundles/map-bounded.ts';

export interface CollectedBundles {
  /** Those that are what an envelope is, by position. */
  bundles: KitBundle[];
  /** All that the vault holds, byte for byte. */
  files: KitFile[];
}

const readsAtOnce = 8;
/** Envelopes that are kept in memory; of the others only what is looked at, and they are read twice. */
const keepAtMost = 32 * 1024 * 1024;

interface Sealed {
  position: number;
  key: string;
  versionId: string;
}

/**
 * The envelopes of all bundles that these leaves say were sealed, read by version id. One that is not there any more, or
 * that was changed, does not stop the kit: it is missing or changed in it, and the verifier names it. A vault that does
 * not answer does.
 */
export async function collectBundles(
  leaves: readonly KitLeaf[],
  vault: Pick<Vault, 'get'>,
  signal: AbortSignal | undefined,
): Promise<CollectedBundles> {
  let kept = 0;
  const read = await mapBounded(leaves.flatMap(sealOf), readsAtOnce, async ({ position, key, versionId }) => {
    signal?.throwIfAborted();
    const get = () => vault.get(key, versionId);
    const bytes = await get().catch(unlessMissing);
    if (bytes === undefined) return undefined;
    const name = kitNames.bundle(position);
    kept += bytes.length;
    const file = kept > keepAtMost ? fileReadTwice(name, bytes, get) : fileOf(name, bytes);
    // An envelope is ASCII: whatever is not does not become one by decoding.
    return { file, bundle: readBundle(position, Buffer.from(bytes).toString('latin1'))?.bundle };
  });
  const found = read.filter((one) => one !== undefined);
  return {
    bundles: found.flatMap(({ bundle }) => bundle ?? []).toSorted((a, b) => a.position - b.position),
    files: found.map(({ file }) => file),
  };
}

function unlessMissing(error: unknown): undefined {
  if (asAppError(error)?.code === 'VAULT.OBJECT_NOT_FOUND') return undefined;
  throw error;
}

function sealOf({ type, data }: KitLeaf): Sealed[] {
  if (type !== 'evidence.recorded.v1') return [];
  const named = textsOf(data, 'site_id', 'bundle_id', 'recorded_at', 'version_id');
  const position = numberIn(data, 'position');
  if (named === undefined || position === null) return [];
  const [site_id, bundle_id, recorded_at, versionId] = named;
  return [{ position, key: objectKeyOf({ site_id, bundle_id, recorded_at }), versionId }];
}
