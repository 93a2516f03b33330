import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import { sha256 } from '@countersign/shared/crypto';
import { formatProof, type HashReader, proveInclusion } from '@countersign/shared/ledger';
import type { RequestResult } from '@countersign/shared/messaging';
import { ledgerNotFound, notPublished } from '../../domain/ledger-errors.ts';
import type { LedgerReader, PublishedCheckpoint } from '../../persistence/ledger-reader.ts';
import type { ProvableLeaf, ProvableRepository } from '../../persistence/provable.repository.ts';

type Name = 'rpc.evidence.prove.v1';
type Answer = RequestResult<ResponseOf<Name>>;
export type ProveItem = (items: RequestOf<Name>[]) => Promise<Answer[]>;

export interface ProveItemOptions {
  reader: Pick<LedgerReader, 'newestCheckpoint'>;
  repository: Pick<ProvableRepository, 'find'>;
  tiles: HashReader;
}

/** Proofs that things of a site are in the ledger: all that are asked for at once from one checkpoint. */
export function createProveItem({ reader, repository, tiles }: ProveItemOptions): ProveItem {
  async function prove(found: ProvableLeaf | undefined, newest: PublishedCheckpoint | undefined): Promise<Answer> {
    if (found === undefined) return ledgerNotFound();
    const { index, leaf } = found;
    if (index === null || leaf === null || newest === undefined || index >= newest.size) return notPublished();
    const proof = await proveInclusion(index, newest.size, tiles, sha256);
    return { leaf_index: index, leaf, proof: formatProof({ index, proof, checkpoint: newest.note }) };
  }

  return async (items) => {
    const [newest, found] = await Promise.all([reader.newestCheckpoint(), repository.find(items)]);
    const leafOf = new Map(found.map((leaf) => [leaf.at, leaf]));
    return Promise.all(items.map((_, at) => prove(leafOf.get(at), newest)));
  };
}
