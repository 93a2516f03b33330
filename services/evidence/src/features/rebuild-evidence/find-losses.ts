import { serverEd25519, sha256 } from '@countersign/shared/crypto';
import { isSameBytes, openCheckpoint, type SignedCheckpoint, treeRoot } from '@countersign/shared/ledger';
import type { OldRows } from '../../persistence/rebuild/old-rows.ts';
import { TileReader } from '../../persistence/tile-reader.ts';
import type { Pool } from '@countersign/shared/persistence';
import type { Loss } from './losses.ts';
import type { LedgerVerifier } from './read-ledger.ts';
import { notProved } from './rebuild-errors.ts';

/** What the database has and the new schema lacks, each by its id. */
export async function findLosses(old: OldRows): Promise<Loss[]> {
  const losses: Loss[] = [];
  for (const { bundle } of await old.otherBundles()) {
    const { evidence_id: id, site_id, bundle_id, position } = bundle;
    losses.push({ kind: 'bundle', id, detail: `${site_id}/${bundle_id}, position ${position}` });
  }
  for await (const rows of old.otherLeaves(1_000))
    for (const { index, eventId } of rows) losses.push({ kind: 'leaf', id: eventId, detail: `leaf ${index}` });
  for (const id of await old.otherIds('refusals', 'event_id')) losses.push({ kind: 'refusal', id, detail: '' });
  for (const id of await old.otherIds('retention_changes', 'id'))
    losses.push({ kind: 'retention-change', id, detail: '' });
  return losses;
}

/** What the database had yet to do; only `continue` takes it over. */
export async function findWorkInHand(old: OldRows): Promise<Loss[]> {
  const unsaid = await old.unsaid();
  const undecided = await old.undecided();
  return [
    ...unsaid.map(({ id, subject }): Loss => ({ kind: 'said-event', id, detail: subject })),
    ...undecided.map(({ id, type }): Loss => ({ kind: 'dead-letter', id, detail: type })),
  ];
}

/**
 * No checkpoint that was ever signed may be contradicted. Those of the database that the vault does not hold, and that
 * are signed, must be of the same ledger; they come back as losses. Throws AppError `LEDGER.NOT_PROVED` otherwise.
 */
export async function compareCheckpoints(
  old: OldRows,
  { pool, key, size }: { pool: Pool; key: LedgerVerifier; size: number },
): Promise<Loss[]> {
  const losses: Loss[] = [];
  const tiles = new TileReader(pool);
  for (const row of await old.otherCheckpoints()) {
    const signed = openGenuine(row.note, key);
    if (signed === undefined) continue; // a row that somebody changed: the vault has what was signed
    if (signed.size > size)
      throw notProved(
        `The database holds a signed checkpoint of ${signed.size} leaves, and the vault ends at ${size}.`,
      );
    if (!isSameBytes(await treeRoot(signed.size, tiles, sha256), signed.root))
      throw notProved(
        `The database holds a signed checkpoint of ${signed.size} leaves with another root than the vault's.`,
      );
    losses.push({ kind: 'checkpoint', id: String(signed.size), detail: 'signed, and not in the vault' });
  }
  return losses;
}

function openGenuine(note: string, key: LedgerVerifier): SignedCheckpoint | undefined {
  try {
    return openCheckpoint(note, { ...key, ed25519: serverEd25519 });
  } catch {
    return undefined;
  }
}
