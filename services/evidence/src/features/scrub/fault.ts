/** What can be wrong, by names that do not change. */
export type FaultKind =
  | 'object-changed'
  | 'object-missing'
  | 'object-overwritten'
  | 'object-delete-marked'
  | 'object-unknown'
  | 'retention-too-short'
  | 'lock-missing'
  | 'legal-hold-missing'
  | 'row-changed'
  | 'row-missing'
  | 'row-unknown'
  | `chain-${'gap' | 'fork' | 'foreign-site' | 'wrong-previous' | 'wrong-hash' | 'time-goes-back'}`
  | 'leaf-changed'
  | 'leaf-missing'
  | 'tile-changed'
  | 'tile-missing'
  | 'entries-changed'
  | 'checkpoint-changed'
  | 'checkpoint-missing';

/** One thing that differs from what it was. */
export interface Fault {
  kind: FaultKind;
  /** `key?versionId=…` of the vault, `table/key` of the database, `chain/site/position` for a place in a chain. */
  item: string;
  /** Null for what concerns no site. */
  siteId: string | null;
  detail: string;
  facts: Record<string, unknown>;
}

/** The item of an object in the vault; without a version when the vault has none. */
export const objectItem = (key: string, versionId?: string): string =>
  versionId === undefined ? key : `${key}?versionId=${versionId}`;

export const rowItem = (table: string, key: string | number): string => `${table}/${key}`;
