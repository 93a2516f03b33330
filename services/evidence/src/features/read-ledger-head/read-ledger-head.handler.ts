import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { LedgerReader } from '../../persistence/ledger-reader.ts';

type Name = 'rpc.evidence.ledger-head.v1';
export type ReadLedgerHead = (items: RequestOf<Name>[]) => Promise<ResponseOf<Name>[]>;

/** The newest checkpoint, for all who ask at once. */
export function createReadLedgerHead(
  reader: Pick<LedgerReader, 'newestCheckpoint'>,
  verifierKey: string,
): ReadLedgerHead {
  return async (items) => {
    const newest = await reader.newestCheckpoint();
    const head = {
      size: newest?.size ?? 0,
      checkpoint: newest?.note ?? null,
      published_at: newest?.publishedAt.toISOString() ?? null,
      verifier_key: verifierKey,
    };
    return items.map(() => head);
  };
}
