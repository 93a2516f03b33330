import { type HashReader, hashLength, tileWidth } from '@countersign/shared/ledger';
import { loadStatement, type Pool, textArray } from '@countersign/shared/persistence';
import type { PoolClient } from 'pg';

const readTiles = loadStatement<{ hashes: Buffer }>(import.meta.url, './read-tiles.sql');

interface Wanted {
  level: number;
  index: number;
  width: number;
  resolve: (hashes: Uint8Array) => void;
  reject: (error: unknown) => void;
}

const fullBytes = tileWidth * hashLength;

/**
 * The hashes of the ledger's tree, from the database. What is asked for at the same moment is one statement, however
 * many proofs it is for; full tiles, which never change, are kept in memory, the last used ones.
 */
export class TileReader implements HashReader {
  private readonly on: Pool | PoolClient;
  private readonly keepAtMost: number;
  private readonly kept = new Map<string, Uint8Array>();
  private waiting: Wanted[] = [];

  /** @param keepBytes of full tiles in memory; 4 MiB unless told. */
  constructor(on: Pool | PoolClient, keepBytes = 4 * 1024 * 1024) {
    this.on = on;
    this.keepAtMost = Math.floor(keepBytes / fullBytes);
  }

  read(level: number, index: number, width: number): Promise<Uint8Array> {
    const known = this.kept.get(`${level}/${index}`);
    if (known !== undefined) {
      this.keep(level, index, known);
      return Promise.resolve(known.subarray(0, width * hashLength));
    }
    return new Promise((resolve, reject) => {
      if (this.waiting.length === 0) setImmediate(() => void this.readWaiting());
      this.waiting.push({ level, index, width, resolve, reject });
    });
  }

  private async readWaiting(): Promise<void> {
    const wanted = this.waiting;
    this.waiting = [];
    const column = (read: (one: Wanted) => number) => textArray(wanted.map((one) => String(read(one))));
    try {
      const rows = await readTiles.run(this.on, [
        column((one) => one.level),
        column((one) => one.index),
        column((one) => one.width),
      ]);
      wanted.forEach(({ level, index, width, resolve }, at) => {
        const { hashes } = rows[at]!;
        if (hashes.length === fullBytes) this.keep(level, index, hashes);
        resolve(hashes.subarray(0, width * hashLength));
      });
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  }

  private keep(level: number, index: number, hashes: Uint8Array): void {
    const name = `${level}/${index}`;
    this.kept.delete(name);
    this.kept.set(name, hashes);
    if (this.kept.size > this.keepAtMost) this.kept.delete(this.kept.keys().next().value!);
  }
}
