import { serverEd25519 } from '@countersign/shared/crypto';
import { parseNote, verifyCosignature, witnessName } from '@countersign/shared/ledger';
import type { OldRows } from '../../persistence/rebuild/old-rows.ts';
import type { Notes } from './losses.ts';

const rowsAtOnce = 1_000;

/**
 * Takes over what witnesses signed, which the vault does not hold. The database need not be believed: each cosignature
 * must hold over the checkpoint that the vault has; one that does not is named among what is lost.
 */
export async function carryCosignatures({ old, notes }: { old: OldRows; notes: Notes }): Promise<void> {
  for await (const rows of old.cosignatures(rowsAtOnce)) {
    const good = rows.filter(({ line, note, publicKey, siteId, hostId, size }) => {
      const cosigner = { name: witnessName(publicKey), publicKey, ed25519: serverEd25519 };
      if (note !== null && verifyCosignature(line, parseNote(note).text, cosigner) !== undefined) return true;
      const detail = `of ${siteId}/${hostId}: it does not hold over the checkpoint of ${size} leaves`;
      notes.lost.push({ kind: 'cosignature', id: `${size}/${publicKey}`, detail });
      return false;
    });
    await old.copyCosignatures(good);
  }
}
