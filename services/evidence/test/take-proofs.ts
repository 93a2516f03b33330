import { nodeEd25519, sha256 } from '@countersign/shared/crypto';
import {
  leafHash,
  openCheckpoint,
  proveConsistency,
  proveInclusion,
  type SignedCheckpoint,
  verifyConsistency,
} from '@countersign/shared/ledger';
import { createPool, type Pool } from '@countersign/shared/persistence';
import { LedgerReader } from '../src/persistence/ledger-reader.ts';
import { TileReader } from '../src/persistence/tile-reader.ts';
import { ledgerKey } from './start-publisher.ts';

export async function withDatabase<Value>(databaseUrl: string, work: (pool: Pool) => Promise<Value>): Promise<Value> {
  const pool = createPool({ databaseUrl, applicationName: 'proofs-spec', max: 2 });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

export const newestCheckpoint = (databaseUrl: string): Promise<SignedCheckpoint> =>
  withDatabase(databaseUrl, async (pool) => {
    const { note } = (await new LedgerReader(pool).newestCheckpoint())!;
    return openCheckpoint(note, { ...ledgerKey, ed25519: nodeEd25519 });
  });

/** What an auditor takes home: of every `step`th leaf, its proof under a signed checkpoint. */
export const takeProofs = (databaseUrl: string, checkpoint: SignedCheckpoint, step = 1) =>
  withDatabase(databaseUrl, async (pool) => {
    const { size, root } = checkpoint;
    const leaves = await new LedgerReader(pool).readLeaves(0, size, 1e9);
    const tiles = new TileReader(pool);
    const proofs = [];
    for (const { index, text } of leaves) {
      if (index % step !== 0) continue;
      const hash = leafHash(Buffer.from(text), sha256);
      proofs.push({ index, size, root, leafHash: hash, proof: await proveInclusion(index, size, tiles, sha256) });
    }
    return proofs;
  });

/** Whether the tables prove that the tree of `from` is the beginning of that of `to`. */
export const isBeginning = (databaseUrl: string, from: SignedCheckpoint, to: SignedCheckpoint) =>
  withDatabase(databaseUrl, async (pool) => {
    const proof = await proveConsistency(from.size, to.size, new TileReader(pool), sha256);
    const claim = { from: from.size, to: to.size, fromRoot: from.root, toRoot: to.root, proof };
    return verifyConsistency(claim, sha256);
  });
