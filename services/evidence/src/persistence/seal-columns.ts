import { columnsOf } from './columns-of.ts';

/** The version of an object in the vault that holds a bundle. */
export interface SealedObject {
  evidenceId: string;
  key: string;
  uri: string;
  versionId: string;
  sha256: string;
  size: number;
  /** RFC 3339. */
  retainUntil: string;
}

/** $1..$7 of each statement that inserts seals. */
export function sealColumns(seals: readonly SealedObject[]): Buffer[] {
  return columnsOf(seals, [
    (seal) => seal.evidenceId,
    (seal) => seal.key,
    (seal) => seal.uri,
    (seal) => seal.versionId,
    (seal) => seal.sha256,
    (seal) => String(seal.size),
    (seal) => seal.retainUntil,
  ]);
}
