/** A table that comes back from the vault. */
export interface RebuiltTable {
  name: string;
  /** Columns that only the database's own clock (or configuration) knows; rebuilt from the nearest time in the vault. */
  ownClock: readonly string[];
}

/** All that the vault and the ledger bring back; what is proved to be as it was, but for the columns of the own clock. */
export const rebuiltTables: readonly RebuiltTable[] = [
  { name: 'ledger_leaves', ownClock: ['recorded_at'] },
  { name: 'ledger_head', ownClock: [] },
  { name: 'ledger_tiles', ownClock: [] },
  { name: 'ledger_checkpoints', ownClock: ['published_at'] },
  { name: 'bundles', ownClock: [] },
  { name: 'chain_heads', ownClock: [] },
  { name: 'seals', ownClock: ['stored_at', 'sealed_at'] },
  { name: 'refusals', ownClock: ['refused_at'] },
  { name: 'retention_changes', ownClock: [] },
  { name: 'checkpoint_timestamps', ownClock: ['received_at', 'authority'] },
];

/** Tables of the schema that nothing is to be said of. */
export const technicalTables: readonly string[] = ['migrations'];

/** What the vault does not hold: work in hand, and what others signed. Named in the certificate with its count. */
export const lostTables: readonly string[] = [
  'inbox',
  'outbox',
  'seal_queue',
  'dead_letters',
  'checkpoint_cosignatures',
  'scrub_progress',
  'scrub_findings',
];
