import { sha256 } from '@countersign/shared/crypto';
import { encodeBase64, type FullTile, isSameBytes, leafHash, LedgerFrontier } from '@countersign/shared/ledger';
import type { Pool } from '@countersign/shared/persistence';
import { emptyChain } from '../../domain/chain-link.ts';
import { recordDurable } from '../../domain/durables.ts';
import { type ChainFault, verifyChain } from '../../domain/verify-chain.ts';
import { ChainRepository } from '../../persistence/chain.repository.ts';
import { LedgerReader } from '../../persistence/ledger-reader.ts';
import { listSites } from '../../persistence/rebuild/chain-rows.ts';
import { readTileRows } from '../../persistence/rebuild/tile-rows.ts';
import { notProved } from './rebuild-errors.ts';

const pageBytes = 8 * 1024 * 1024;
const leavesAtOnce = 8_192;
const linksAtOnce = 1_000;

/** Reads the leaves back from the table and recomputes everything above them: the signed root, and every tile. */
export async function proveLedger(
  pool: Pool,
  published: { size: number; root: Uint8Array },
  size: number,
): Promise<void> {
  const reader = new LedgerReader(pool);
  const frontier = new LedgerFrontier(sha256);
  if ((await reader.size()) !== size) throw notProved('The head of the ledger does not have the size of its leaves.');
  const tiles = readTileRows(pool);
  while (frontier.size < size) {
    const end = frontier.size < published.size ? published.size : size;
    const to = Math.min(frontier.size + leavesAtOnce, end);
    const leaves = await reader.readLeaves(frontier.size, to, pageBytes);
    if (leaves.length === 0) throw notProved(`Leaf ${frontier.size} is missing in the table.`);
    for (const { index, text, hash } of leaves) {
      const entryHash = leafHash(Buffer.from(text, 'utf8'), sha256);
      if (index !== frontier.size || !isSameBytes(entryHash, hash))
        throw notProved(`Leaf ${frontier.size} is not in the table as it was read.`);
      for (const tile of frontier.append(entryHash)) if (frontier.size <= published.size) await compare(tile, tiles);
    }
    if (frontier.size === published.size && !isSameBytes(frontier.root(), published.root))
      throw notProved(`The leaves in the table do not lead to the signed root ${encodeBase64(published.root)}.`);
  }
  if (!(await tiles.next()).done) throw notProved('There are tiles in the table that no leaf leads to.');
}

/** Rows come in the order in which tiles become full. */
async function compare(tile: FullTile, rows: AsyncGenerator<FullTile>): Promise<void> {
  const { value: row } = (await rows.next()) as { value: FullTile | undefined };
  const isSame =
    row?.level === tile.level &&
    row.index === tile.index &&
    isSameBytes(row.hashes, tile.hashes) &&
    isSameBytes(row.root, tile.root);
  if (!isSame) throw notProved(`Tile ${tile.level}/${tile.index} is not in the table as its leaves make it.`);
}

/** Every link of every chain, recomputed. */
export async function proveChains(pool: Pool): Promise<{ sites: number; links: number; faults: ChainFault[] }> {
  const chains = new ChainRepository(pool, recordDurable);
  const proved = { sites: 0, links: 0, faults: [] as ChainFault[] };
  for (const site of await listSites(pool)) {
    let head = emptyChain(site);
    for (;;) {
      const page = await chains.readLinks(site, head.position, linksAtOnce);
      const check = verifyChain(site, page, head);
      proved.faults.push(...check.faults);
      proved.links += page.length;
      head = check.head;
      if (page.length < linksAtOnce) break;
    }
    proved.sites += 1;
  }
  return proved;
}
