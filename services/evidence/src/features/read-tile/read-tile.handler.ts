import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import { type HashReader, tileWidthAt } from '@countersign/shared/ledger';
import type { RequestResult } from '@countersign/shared/messaging';
import { ledgerNotFound } from '../../domain/ledger-errors.ts';
import type { LedgerReader } from '../../persistence/ledger-reader.ts';

type Name = 'rpc.evidence.read-tile.v1';
export type ReadTile = (items: RequestOf<Name>[]) => Promise<RequestResult<ResponseOf<Name>>[]>;

/** Tiles of hashes, as far as the newest checkpoint covers them: what is not signed yet is shown to nobody. */
export function createReadTile(reader: Pick<LedgerReader, 'newestCheckpoint'>, tiles: HashReader): ReadTile {
  return async (items) => {
    const size = (await reader.newestCheckpoint())?.size ?? 0;
    return Promise.all(
      items.map(async ({ level, index, width }) => {
        if (width > tileWidthAt(level, index, size)) return ledgerNotFound();
        const hashes = await tiles.read(level, index, width);
        return { bytes: Buffer.from(hashes).toString('base64') };
      }),
    );
  };
}
