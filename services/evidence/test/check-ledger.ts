import { nodeEd25519, sha256 } from '@countersign/shared/crypto';
import {
  decodeEntryBundle,
  encodeBase64,
  isSameBytes,
  leafHash,
  LedgerFrontier,
  openCheckpoint,
  proveConsistency,
  tileWidth,
  treeRoot,
  verifyConsistency,
} from '@countersign/shared/ledger';
import type { Pool } from '@countersign/shared/persistence';
import type { Vault } from '@countersign/shared/vault';
import { expect } from 'vitest';
import { batchPrefix, checkpointPrefix, sizeOfKey, tileKeyOf } from '../src/domain/ledger-keys.ts';
import { TileReader } from '../src/persistence/tile-reader.ts';
import { ledgerKey } from './start-publisher.ts';

const open = (note: string) =>
  openCheckpoint(note, { origin: ledgerKey.origin, publicKey: ledgerKey.publicKey, ed25519: nodeEd25519 });

async function bytesOf(vault: Vault, key: string): Promise<Uint8Array> {
  const found = await vault.find(key);
  if (found === undefined) throw new Error(`${key} is missing`);
  return vault.get(key, found.versionId);
}

/**
 * Holds everything that was ever signed, in the database and in the vault, against the leaves: every signature verifies,
 * every root is that of the leaves, every checkpoint continues the one before, and the vault has every leaf. Returns
 * the sizes that are published.
 */
export async function checkLedger(pool: Pool, vault: Vault): Promise<number[]> {
  const { rows: leaves } = await pool.query<{ leaf_index: string; leaf: string }>(
    'select leaf_index, leaf from ledger_leaves order by leaf_index',
  );
  expect(leaves.map((row) => Number(row.leaf_index))).toEqual(leaves.map((_, index) => index));
  const entries = leaves.map(({ leaf }) => Buffer.from(leaf, 'utf8'));
  const frontier = new LedgerFrontier(sha256);
  const roots = [frontier.root()];
  for (const entry of entries) {
    frontier.append(leafHash(entry, sha256));
    roots.push(frontier.root());
  }

  const { rows: published } = await pool.query<{ size: number; note: string; root: Buffer }>(
    'select size::float8 as size, note, root from ledger_checkpoints order by ledger_checkpoints.size',
  );
  const signed = published.map(({ note }) => open(note));
  for await (const key of vault.listKeys(checkpointPrefix)) {
    const checkpoint = open(Buffer.from(await bytesOf(vault, key)).toString('utf8'));
    expect(checkpoint.size).toBe(sizeOfKey(key));
    signed.push(checkpoint);
  }
  for (const { size, root } of signed) expect(encodeBase64(root)).toBe(encodeBase64(roots[size]!));

  const tiles = new TileReader(pool);
  for (const [at, { size, root }] of published.entries()) {
    const from = published[at - 1];
    expect(isSameBytes(await treeRoot(size, tiles, sha256), root)).toBe(true);
    if (from === undefined) continue;
    const proof = await proveConsistency(from.size, size, tiles, sha256);
    expect(verifyConsistency({ from: from.size, to: size, fromRoot: from.root, toRoot: root, proof }, sha256)).toBe(
      true,
    );
  }
  const head = published.at(-1)?.size ?? 0;
  await checkVault(
    vault,
    published.map(({ size }) => size),
    entries.slice(0, head),
  );
  return published.map(({ size }) => size);
}

async function checkVault(vault: Vault, sizes: readonly number[], entries: readonly Buffer[]): Promise<void> {
  for (let index = 0; (index + 1) * tileWidth <= entries.length; index += 1) {
    const bundle = decodeEntryBundle(await bytesOf(vault, tileKeyOf('entries', index)));
    expect(bundle.map((entry) => Buffer.from(entry).toString('utf8'))).toEqual(
      entries.slice(index * tileWidth, (index + 1) * tileWidth).map((entry) => entry.toString('utf8')),
    );
    expect(await bytesOf(vault, tileKeyOf(0, index))).toHaveLength(8_192);
  }
  let count = 0;
  for await (const key of vault.listKeys(batchPrefix)) {
    const size = sizeOfKey(key)!;
    if (!sizes.includes(size)) continue;
    for (const entry of decodeEntryBundle(await bytesOf(vault, key))) {
      expect(Buffer.from(entry).equals(entries[count]!)).toBe(true);
      count += 1;
    }
    expect(count).toBe(size);
  }
  expect(count).toBe(entries.length);
}
