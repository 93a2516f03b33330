import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import { sha256 } from '@countersign/shared/crypto';
import { encodeBase64, type HashReader, proveConsistency } from '@countersign/shared/ledger';
import type { RequestResult } from '@countersign/shared/messaging';
import { beyondHead, notPublished } from '../../domain/ledger-errors.ts';
import type { LedgerReader } from '../../persistence/ledger-reader.ts';

type Name = 'rpc.evidence.prove-consistency.v1';
export type ProveConsistency = (items: RequestOf<Name>[]) => Promise<RequestResult<ResponseOf<Name>>[]>;

/** That one state of the ledger is the beginning of a later one, up to the newest checkpoint. */
export function createProveConsistency(
  reader: Pick<LedgerReader, 'newestCheckpoint'>,
  tiles: HashReader,
): ProveConsistency {
  return async (items) => {
    const newest = await reader.newestCheckpoint();
    return Promise.all(
      items.map(async ({ from, to = newest?.size ?? 0 }) => {
        if (from > to || to > (newest?.size ?? 0)) return beyondHead(newest?.size ?? 0);
        if (newest === undefined) return notPublished();
        const proof = await proveConsistency(from, to, tiles, sha256);
        return { from, to, proof: proof.map(encodeBase64), to_checkpoint: newest.note };
      }),
    );
  };
}
