import { defineStatement, loadStatement, type Pool } from '@countersign/shared/persistence';
import type { PoolClient } from 'pg';

/** A leaf as it is kept. */
export interface StoredLeaf {
  index: number;
  eventId: string;
  /** The canonical event; plain ASCII. */
  text: string;
  /** 32 bytes. */
  hash: Buffer;
  /** What `dataref` in the leaf stands for. */
  data: string | null;
  recordedAt: Date;
}

/** Leaves one behind the other. */
export interface LeafBatch {
  count: number;
  /** Index of the first. */
  first: number;
  last: number;
  /** Canonical events with a newline between two. */
  text: string;
  /** 32 bytes each. */
  hashes: Buffer;
  /** What `dataref` in some of the leaves stands for. */
  data: string[] | null;
  /** When the first of them was sequenced. */
  since: Date;
}

export interface PublishedCheckpoint {
  size: number;
  /** 32 bytes. */
  root: Buffer;
  /** The signed note. */
  note: string;
  publishedAt: Date;
  versionId: string;
}

const readSize = defineStatement<{ size: number }>('read-ledger-size', 'select size::float8 as size from ledger_head');
const columns = `size::float8 as size, root, note, published_at as "publishedAt", version_id as "versionId"`;
const newest = defineStatement<PublishedCheckpoint & Record<string, unknown>>(
  'newest-checkpoint',
  `select ${columns} from ledger_checkpoints order by size desc limit 1`,
);
const covering = defineStatement<PublishedCheckpoint & Record<string, unknown>>(
  'checkpoint-of-size',
  `select ${columns} from ledger_checkpoints where size >= $1 order by size limit 1`,
);
const readLeaves = loadStatement<StoredLeaf & Record<string, unknown>>(import.meta.url, './read-leaves.sql');
const readBatch = loadStatement<LeafBatch & Record<string, unknown>>(import.meta.url, './read-leaf-batch.sql');

/** Reads the ledger: over the pool, or over the one connection of whoever leads. */
export class LedgerReader {
  private readonly on: Pool | PoolClient;

  constructor(on: Pool | PoolClient) {
    this.on = on;
  }

  /** Leaves so far, published or not. */
  async size(): Promise<number> {
    const [row] = await readSize.run(this.on, []);
    return row!.size;
  }

  /** What is served: the newest checkpoint. */
  async newestCheckpoint(): Promise<PublishedCheckpoint | undefined> {
    const [row] = await newest.run(this.on, []);
    return row;
  }

  /** The first checkpoint of this size or a larger one. */
  async checkpointFrom(size: number): Promise<PublishedCheckpoint | undefined> {
    const [row] = await covering.run(this.on, [size]);
    return row;
  }

  /** Leaves [from, to) in their order, as many as `maxBytes` hold, and one at least if there is one. */
  readLeaves(from: number, to: number, maxBytes: number): Promise<StoredLeaf[]> {
    return readLeaves.run(this.on, [from, to, maxBytes]);
  }

  /** The same for who takes many at once; undefined when there is none. */
  async readBatch(from: number, to: number, maxBytes: number): Promise<LeafBatch | undefined> {
    const [row] = await readBatch.run(this.on, [from, to, maxBytes]);
    return row;
  }
}
