import type { ChainLink } from '../domain/chain-link.ts';

/** A bundle's row as a link of its site's chain. */
export type LinkRow = Omit<ChainLink, 'recorded_at'> & { recorded_at: Date };

export const linkOf = (row: LinkRow): ChainLink => ({ ...row, recorded_at: row.recorded_at.toISOString() });
