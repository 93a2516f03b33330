import type { PoolClient } from 'pg';
import type { EventNameOf } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import { joinBatch } from '@countersign/shared/messaging';
import { defineStatement, type OutboxRow } from '@countersign/shared/persistence';

// Due at once: whoever commits it may be a command, which publishes nothing.
const insertRow = defineStatement(
  'say-now',
  'insert into outbox (id, subject, payload, next_at) values ($1, $2, $3, now())',
);

/** Says an event (finished JSON) in the caller's transaction; the row is for `messaging.publish` after the commit. */
export async function say(client: PoolClient, subject: EventNameOf<'gateway'>, event: string): Promise<OutboxRow> {
  const row = { id: newId(), subject, payload: joinBatch([event]) };
  await insertRow.run(client, [row.id, row.subject, row.payload]);
  return row;
}
