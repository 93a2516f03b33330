import type { Pool } from 'pg';
import { defineStatement, loadStatement, textArray } from '@countersign/shared/persistence';
import { type NonceClaim, slotOfNonce } from '../domain/nonce-claim.ts';

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
      textArray(claims.map((claim) => String(slotOfNonce(claim)))),
      textArray(claims.map(({ digest }) => digest)),
    ]);
    return rows.map((row) => row.is_first);
  }

  /** Deletes nonces that are too old to matter. */
  async forget(): Promise<void> {
    await forget.run(this.pool, []);
  }
}
