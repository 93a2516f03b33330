import { serverEd25519 } from '@countersign/shared/crypto';
import { isSameBytes, openCheckpoint } from '@countersign/shared/ledger';
import { checkpointKeyOf } from '../../../domain/ledger-keys.ts';
import { type Fault, objectItem, rowItem } from '../fault.ts';
import type { VaultReads } from '../vault-reads.ts';
import type { KeptCheckpoint } from './read-page.ts';

/** The log that checkpoints have to be of. */
export interface ScrubbedLog {
  origin: string;
  /** 64 hex. */
  publicKey: string;
}

/** The root that a note signs for this size; undefined when it is not a checkpoint of the log of exactly that size. */
export function signedRoot(note: string, size: number, log: ScrubbedLog): Uint8Array | undefined {
  try {
    const checkpoint = openCheckpoint(note, { ...log, ed25519: serverEd25519 });
    return checkpoint.size === size ? checkpoint.root : undefined;
  } catch {
    return undefined;
  }
}

export const noteOf = ({ object }: KeptCheckpoint): string | undefined =>
  object && Buffer.from(object.bytes).toString('utf8');

export interface CheckpointVerdict {
  faults: Fault[];
  /** Its signature holds everywhere, and the tree has another root. */
  diverged: boolean;
}

/** Holds a checkpoint, as a row and as an object, against its signature and the root of the recomputed tree. */
export async function judgeCheckpoint(
  checkpoint: KeptCheckpoint,
  root: Uint8Array,
  log: ScrubbedLog,
  reads: VaultReads,
): Promise<CheckpointVerdict> {
  const { size, row, object } = checkpoint;
  const ofRow = row && signedRoot(row.note, size, log);
  const ofObject = object && signedRoot(noteOf(checkpoint)!, size, log);
  const rowAbout = { item: rowItem('ledger_checkpoints', size), siteId: null, facts: {} };
  const objectAbout = { item: objectItem(checkpointKeyOf(size), object?.versionId), siteId: null, facts: {} };
  const faults: Fault[] = object === undefined ? [] : await reads.faultsAbove(object, null);

  const isRowWhole = row !== undefined && ofRow !== undefined && isSameBytes(row.root, ofRow);
  const rowFits = isRowWhole && isSameBytes(ofRow, root);
  const objectFits = ofObject !== undefined && isSameBytes(ofObject, root);
  const diverged = isRowWhole && ofObject !== undefined && !rowFits && !objectFits;
  if (diverged) {
    const detail = 'Its signature holds, and the leaves make a tree with another root: leaves were rewritten.';
    return { faults: [...faults, { kind: 'checkpoint-changed', ...rowAbout, detail }], diverged };
  }
  if (row === undefined)
    faults.push({
      kind: 'checkpoint-missing',
      ...rowAbout,
      detail: 'The vault has a signed checkpoint of this size, and there is no row.',
    });
  else if (!rowFits)
    faults.push({ kind: 'checkpoint-changed', ...rowAbout, detail: 'The row is not the checkpoint that was signed.' });
  else if (object !== undefined && row.versionId !== object.versionId && !(await isKept(checkpoint, reads)))
    faults.push({
      kind: 'checkpoint-changed',
      ...rowAbout,
      detail: 'The row names another version than the vault has.',
    });
  if (object === undefined)
    faults.push({ kind: 'checkpoint-missing', ...objectAbout, detail: 'The vault does not have this checkpoint.' });
  else if (!objectFits)
    faults.push({
      kind: 'checkpoint-changed',
      ...objectAbout,
      detail: 'The object is not the checkpoint that was signed.',
    });
  return { faults, diverged };
}

/** Two leaders may have put the same note: the row then names the one or the other. */
async function isKept({ row, object }: KeptCheckpoint, reads: VaultReads): Promise<boolean> {
  const bytes = await reads.get(object!.key, row!.versionId);
  // Of a file that was changed the vault has no other version: the object is what is wrong, and that is said.
  if (bytes === undefined) return reads.vault.scheme === 'vault' && noteOf({ object } as KeptCheckpoint) !== row!.note;
  return isSameBytes(bytes, Buffer.from(row!.note, 'utf8'));
}
