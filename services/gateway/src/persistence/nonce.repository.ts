import type { Pool } from 'pg';
import { defineStatement, loadStatement, textArray } from '@countersign/shared/persistence';

/** The nonce of one signed request. */
export interface NonceClaim {
  /** SHA-256 over key and nonce, 64 hex. */
  digest: string;
  /** When the signature says that it was made, in seconds since 1970. */
  created: number;
}

const slotSeconds = 600;
const slots = 6;

const claimNonces = loadStatement<{ is_first: boolean }>(import.meta.url, './claim-nonces.sql');
const forget = defineStatement('forget-request-nonces', 'select forget_request_nonces()');

/** The nonces that signed requests have used, for all gateways together. */
export class NonceRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Whether each was not used before, in one statement for all. */
  async claim(claims: readonly NonceClaim[]): Promise<boolean[]> {
    const rows = await claimNonces.run(this.pool, [
      textArray(claims.map(({ created }) => String(Math.floor(created / slotSeconds) % slots))),
      textArray(claims.map(({ digest }) => digest)),
    ]);
    return rows.map((row) => row.is_first);
  }

  /** Deletes nonces that are too old to matter. */
  async forget(): Promise<void> {
    await forget.run(this.pool, []);
  }
}
