import type { Signer } from '@countersign/shared/crypto';
import { cosign, parseNote, witnessName } from '@countersign/shared/ledger';
import type { Pool } from '@countersign/shared/persistence';
import { openRfc3161Authority } from '../src/features/timestamp-checkpoint/rfc3161-authority.ts';
import type { TestAuthority } from './start-authority.ts';

/** A checkpoint as the database has it. */
export interface PublishedCheckpoint {
  size: number;
  note: string;
}

/** What somebody else said, a day ago unless it was now. */
export const longAgo = `now() - interval '1 day'`;

/** The newest checkpoint before a size. */
export async function checkpointBefore(pool: Pool, head: number): Promise<PublishedCheckpoint> {
  const { rows } = await pool.query<PublishedCheckpoint>(
    'select size::int, note from ledger_checkpoints where size < $1 order by size desc limit 1',
    [head],
  );
  return rows[0]!;
}

/** Keeps a cosignature as if an appliance of the site had brought it. */
export async function cosignCheckpoint(
  pool: Pool,
  { size, note }: PublishedCheckpoint,
  { signer, siteId, receivedAt = longAgo }: { signer: Signer; siteId: string; receivedAt?: string },
): Promise<void> {
  const name = witnessName(signer.publicKey);
  const line = cosign(parseNote(note).text, { name, signer, time: 1_795_000_000 });
  await pool.query(
    `insert into checkpoint_cosignatures (size, public_key, site_id, host_id, line, signed_at, received_at)
     values ($1, $2, $3, 'box', $4, now(), ${receivedAt})`,
    [size, signer.publicKey, siteId, line],
  );
}

/** Has an authority stamp a checkpoint, and keeps its answer. */
export async function stampCheckpoint(
  pool: Pool,
  { size, note }: PublishedCheckpoint,
  { url, trustedPem }: TestAuthority,
): Promise<void> {
  const { response, stampedAt } = await openRfc3161Authority({ url, trustedPem }).stamp(Buffer.from(note));
  await pool.query(
    `insert into checkpoint_timestamps (size, authority, response, stamped_at, received_at)
     values ($1, 'here', $2, $3, ${longAgo})`,
    [size, response, stampedAt],
  );
}
