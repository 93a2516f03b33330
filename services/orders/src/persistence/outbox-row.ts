import type { PoolClient } from 'pg';
import type { EventNameOf } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import { joinBatch } from '@countersign/shared/messaging';
import { defineStatement, type OutboxRow } from '@countersign/shared/persistence';
import { sliceBatch } from '../domain/slice-batch.ts';

const insertRow = defineStatement('say', 'insert into outbox (id, subject, payload) values ($1, $2, $3)');

/** Puts events (each finished JSON) into the outbox, in messages that the broker takes, in the caller's transaction. */
export async function say(
  client: PoolClient,
  subject: EventNameOf<'orders'>,
  events: readonly string[],
): Promise<OutboxRow[]> {
  const rows = sliceBatch(events, (event) => event).map((slice) => ({
    id: newId(),
    subject,
    payload: joinBatch(slice),
  }));
  for (const row of rows) await insertRow.run(client, [row.id, row.subject, row.payload]);
  return rows;
}
