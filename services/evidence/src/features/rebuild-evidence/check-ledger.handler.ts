import { sha256 } from '@countersign/shared/crypto';
import { encodeBase64, isSameBytes, LedgerFrontier } from '@countersign/shared/ledger';
import type { Pool } from '@countersign/shared/persistence';
import { LedgerReader } from '../../persistence/ledger-reader.ts';
import { TileReader } from '../../persistence/tile-reader.ts';
import { type LedgerVerifier, listCheckpoints, readCheckpoint } from './read-ledger.ts';
import type { ReadableVault } from './vault-objects.ts';

/**
 * `consistent`: the database has everything that was signed, and it leads to the same root. `behind`: it lacks leaves that
 * were signed. `differs`: it has others. `vault-behind`: it has published what the vault lacks.
 */
export type LedgerVerdict = 'consistent' | 'behind' | 'differs' | 'vault-behind';

export interface CheckedLedger {
  verdict: LedgerVerdict;
  /** For a person: what follows from it. */
  detail: string;
  vault: { size: number; root: string | null };
  /** Leaves, and the newest checkpoint. */
  database: { size: number; published: number };
}

export interface CheckLedgerOptions {
  pool: Pool;
  vault: ReadableVault;
  key: LedgerVerifier;
}

export type CheckLedger = () => Promise<CheckedLedger>;

const leavesAtOnce = 8_192;
const bytesAtOnce = 8 * 1024 * 1024;

const details: Record<LedgerVerdict, string> = {
  consistent: 'The database has everything that was signed, under the same root.',
  behind: 'The database is older than the vault: stop every replica of evidence, then `npm run ledger -- continue`.',
  differs:
    'The database has published other leaves than those that the vault holds. Nothing may be signed on them: keep both, find out who changed what; `npm run ledger -- rebuild` replaces the database by what was signed.',
  'vault-behind': 'The database has published checkpoints that the vault lacks: the vault has lost something.',
};

/** Compares the newest checkpoint of the vault with the database. Changes nothing, and may run beside the service. */
export function createCheckLedger({ pool, vault, key }: CheckLedgerOptions): CheckLedger {
  const reader = new LedgerReader(pool);

  async function isBeginning(size: number, published: number, root: Uint8Array): Promise<boolean> {
    const frontier = await LedgerFrontier.at(Math.min(size, published), new TileReader(pool, 0), sha256);
    while (frontier.size < size) {
      const to = Math.min(size, frontier.size + leavesAtOnce);
      const leaves = await reader.readLeaves(frontier.size, to, bytesAtOnce);
      if (leaves.length === 0) return false;
      for (const { hash } of leaves) frontier.append(hash);
    }
    return isSameBytes(frontier.root(), root);
  }

  async function judge(
    size: number,
    published: number,
    { sizes, ...ofVault }: { sizes: readonly number[]; size: number; root: Uint8Array | null },
  ): Promise<LedgerVerdict> {
    if (published > ofVault.size) return 'vault-behind';
    if (ofVault.root === null) return 'consistent';
    if (size >= ofVault.size)
      return (await isBeginning(ofVault.size, published, ofVault.root)) ? 'consistent' : 'differs';
    if (published === 0) return 'behind';
    if (!sizes.includes(published)) return 'differs'; // what is published was put into the vault before
    const { value } = await readCheckpoint(vault, published, key);
    return (await isBeginning(published, published, value.root)) ? 'behind' : 'differs';
  }

  return async () => {
    // In this order, for the service may be publishing meanwhile: the vault has what is published, and leaves come first.
    const published = (await reader.newestCheckpoint())?.size ?? 0;
    const sizes = await listCheckpoints(vault);
    const newest = sizes.at(-1);
    const root = newest === undefined ? null : (await readCheckpoint(vault, newest, key)).value.root;
    const size = await reader.size();
    const verdict = await judge(size, published, { sizes, size: newest ?? 0, root });
    return {
      verdict,
      detail: details[verdict],
      vault: { size: newest ?? 0, root: root && encodeBase64(root) },
      database: { size, published },
    };
  };
}
