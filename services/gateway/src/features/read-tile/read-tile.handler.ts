import { routeCatalog } from '@countersign/shared/contracts';
import { MediaAnswer } from '@countersign/shared/http';
import { AppError } from '@countersign/shared/kernel';
import { parseTilePath, type TileName } from '@countersign/shared/ledger';
import type { Downloads, Requester } from '@countersign/shared/messaging';
import { admitEntries } from '../../domain/admit-entries.ts';
import type { RequestFacts } from '../../domain/request-facts.ts';

export interface ReadTile {
  /** `/ledger/tile/*`: hashes, or entries. */
  tile(params: unknown, facts: RequestFacts): Promise<MediaAnswer>;
  /** `/ledger/entries/*`: the same entries. */
  entries(params: unknown, facts: RequestFacts): Promise<MediaAnswer>;
}

/** A tile of a given width never changes, also one that is not full. */
const headers = { 'cache-control': 'private, max-age=31536000, immutable' };

/** Serves the ledger as C2SP tlog-tiles names it: a path has one spelling, every other is no tile. */
export function createReadTile(requester: Requester, downloads: Downloads): ReadTile {
  async function hashes({ level, index, width }: TileName & { level: number }, { traceparent }: RequestFacts) {
    const question = { level, index, width };
    const { bytes } = await requester.ask('rpc.evidence.read-tile.v1', question, { timeoutMs: 5_000, traceparent });
    return new MediaAnswer(routeCatalog.readTile.produces, Buffer.from(bytes, 'base64'), headers);
  }

  async function entries({ index, width }: TileName, { principal, signal, traceparent }: RequestFacts) {
    admitEntries(principal);
    const question = { index, width };
    const pieces = await downloads.open('rpc.evidence.read-entries.v1', question, { signal, traceparent });
    return new MediaAnswer(routeCatalog.readEntries.produces, pieces, headers);
  }

  return {
    async tile(params, facts) {
      const { level, ...name } = tileOf('tile/', params);
      return level === 'entries' ? entries({ level, ...name }, facts) : hashes({ level, ...name }, facts);
    },
    async entries(params, facts) {
      return entries(tileOf('tile/entries/', params), facts);
    },
  };
}

function tileOf(prefix: string, params: unknown): TileName {
  const tile = parseTilePath(prefix + String((params as Record<string, unknown>)['*']));
  if (tile === undefined) throw new AppError('LEDGER.NOT_FOUND', 'not-found', 'No tile has this name.');
  return tile;
}
