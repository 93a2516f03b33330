import { sha256 } from '@countersign/shared/crypto';
import { formatProof, type HashReader, proveInclusion } from '@countersign/shared/ledger';
import type { KitLeaf } from '../../domain/kit/facts/kit-leaf.ts';
import { kitNames } from '../../domain/kit/kit-names.ts';
import { fileOf, type KitFile } from './kit-file.ts';

/** Proofs that are made at once, of neighbours: they are in the same tiles. */
const atOnce = 64;

/** A proof file per leaf, all to one checkpoint. */
export async function proveLeaves(
  leaves: readonly KitLeaf[],
  head: { size: number; note: string },
  tiles: HashReader,
  signal: AbortSignal | undefined,
): Promise<KitFile[]> {
  const files: KitFile[] = [];
  for (let at = 0; at < leaves.length; at += atOnce) {
    signal?.throwIfAborted();
    const proven = leaves.slice(at, at + atOnce).map(async ({ index }) => {
      const proof = await proveInclusion(index, head.size, tiles, sha256);
      return fileOf(kitNames.proof(index), formatProof({ index, proof, checkpoint: head.note }));
    });
    files.push(...(await Promise.all(proven)));
  }
  return files;
}
