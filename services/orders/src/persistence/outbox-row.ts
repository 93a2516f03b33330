import type { PoolClient } from 'pg';
import type { EventNameOf } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import { joinBatch } from '@countersign/shared/messaging';
import { defineStatement, type OutboxRow } from '@countersign/shared/persistence';

const insertRow = defineStatement('say', 'insert into outbox (id, subject, payload) values ($1, $2, $3)');

/** Puts events (each finished JSON) into the outbox as one batch, in the caller's transaction. */
export async function say(
  client: PoolClient,
  subject: EventNameOf<'orders'>,
  events: readonly string[],
): Promise<OutboxRow[]> {
  if (events.length === 0) return [];
  const row = { id: newId(), subject, payload: joinBatch(events) };
  await insertRow.run(client, [row.id, row.subject, row.payload]);
  return [row];
}
