import type { Pool } from 'pg';
import { type ChainHead, type ChainLink, genesis } from '../../domain/chain-link.ts';

/** Where the chain of a site ends, by its bundles; undefined when it has none. */
export async function findHead(pool: Pool, siteId: string): Promise<ChainHead | undefined> {
  const { rows } = await pool.query<{ site_id: string; position: number; link_hash: string; recorded_at: Date }>(
    `select site_id, position::float8 as position, link_hash, recorded_at
     from bundles where site_id = $1 order by position desc limit 1`,
    [siteId],
  );
  const [row] = rows;
  return row && { ...row, recorded_at: row.recorded_at.toISOString() };
}

/**
 * Whether the place of a link is free, and it belongs between those that stand there: `after-gap` when the link before it
 * is missing, `no` when the place is another's or a neighbour is bound to another link.
 */
export async function fitsChain(pool: Pool, link: ChainLink): Promise<'yes' | 'after-gap' | 'no'> {
  const { rows } = await pool.query<{ position: number; previous_link_hash: string; link_hash: string }>(
    `select position::float8 as position, previous_link_hash, link_hash
     from bundles where site_id = $1 and position between $2::bigint - 1 and $2::bigint + 1`,
    [link.site_id, link.position],
  );
  const at = (position: number) => rows.find((row) => row.position === position);
  const next = at(link.position + 1);
  if (at(link.position) !== undefined || (next && next.previous_link_hash !== link.link_hash)) return 'no';
  const before = link.position === 1 ? genesis : at(link.position - 1)?.link_hash;
  if (before === undefined) return 'after-gap';
  return before === link.previous_link_hash ? 'yes' : 'no';
}

export async function listSites(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ site_id: string }>('select site_id from chain_heads order by site_id');
  return rows.map((row) => row.site_id);
}
