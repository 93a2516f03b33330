import { serverEd25519 } from '@countersign/shared/crypto';
import { parseNote, parseSignatureLine, verifyCosignature, witnessName } from '@countersign/shared/ledger';

export interface CosignatureClaim {
  /** The signature line. */
  line: string;
  /** Our checkpoint of exactly the size that the appliance says; undefined: we never published one. */
  note: string | undefined;
  /** The key that the appliance is enrolled with; null: none. */
  publicKey: string | null;
  now: Date;
}

export type CosignatureVerdict =
  | { kind: 'good'; signedAt: Date }
  /** Of no use: malformed, of another key, or of another time. */
  | { kind: 'useless' }
  /** Under the name of the enrolled key, and not over our checkpoint of that size: the appliance was shown another one. */
  | { kind: 'foreign' };

const aheadSeconds = 2 * 60;
const oldestSeconds = 24 * 3_600;

/** What a cosignature is worth (C2SP tlog-cosignature). Pure. */
export function judgeCosignature({ line, note, publicKey, now }: CosignatureClaim): CosignatureVerdict {
  if (publicKey === null) return { kind: 'useless' };
  const name = witnessName(publicKey);
  if (parseSignatureLine(line)?.name !== name) return { kind: 'useless' };
  if (note === undefined) return { kind: 'foreign' };
  const verified = verifyCosignature(line, parseNote(note).text, { name, publicKey, ed25519: serverEd25519 });
  if (verified === undefined) return { kind: 'foreign' };
  const age = now.getTime() / 1_000 - verified.time;
  if (age < -aheadSeconds || age > oldestSeconds) return { kind: 'useless' };
  return { kind: 'good', signedAt: new Date(verified.time * 1_000) };
}
