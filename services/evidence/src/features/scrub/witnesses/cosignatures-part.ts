import { serverEd25519 } from '@countersign/shared/crypto';
import { parseNote, verifyCosignature, witnessName } from '@countersign/shared/ledger';
import type { CosignatureRow, ScrubWitnessRepository } from '../../../persistence/scrub-witness.repository.ts';
import { type Fault, rowItem } from '../fault.ts';
import type { Part } from '../part.ts';
import type { VaultReads } from '../vault-reads.ts';

export interface CosignaturesPartOptions {
  witnesses: Pick<ScrubWitnessRepository, 'cosignatures'>;
  reads: Pick<VaultReads, 'pause'>;
  startedAt: Date;
  site: string | null;
}

const rowsAtOnce = 200;

/** What appliances cosigned: each row has to hold over our checkpoint of its size. There is no second copy of it. */
export function createCosignaturesPart({ witnesses, reads, startedAt, site }: CosignaturesPartOptions): Part {
  return {
    name: 'cosignatures',
    async look(cursor) {
      await reads.pause();
      const after = (cursor ?? { size: 0, key: '' }) as { size: number; key: string };
      const page = await witnesses.cosignatures({ after, limit: rowsAtOnce, site, startedAt });
      const last = page.at(-1);
      const isThrough = last === undefined || page.length < rowsAtOnce;
      const faults = page.filter((row) => !isGood(row)).map(faultOf);
      return { faults, next: isThrough ? null : { size: last.size, key: last.public_key } };
    },
  };
}

/** Over a checkpoint whose row is wrong it cannot be judged; that is said of the checkpoint. */
function isGood({ line, note, note_is_bad, public_key: publicKey, signed_at }: CosignatureRow): boolean {
  if (note === null || note_is_bad) return true;
  try {
    const cosigner = { name: witnessName(publicKey), publicKey, ed25519: serverEd25519 };
    const verified = verifyCosignature(line, parseNote(note).text, cosigner);
    return verified !== undefined && verified.time * 1_000 === signed_at.getTime();
  } catch {
    return false;
  }
}

const faultOf = ({ size, public_key, site_id, host_id }: CosignatureRow): Fault => ({
  kind: 'row-changed',
  item: rowItem('checkpoint_cosignatures', `${size}/${public_key}`),
  siteId: site_id,
  detail: 'The cosignature does not hold over the checkpoint of this size, or is of another time.',
  facts: { size, host_id },
});
