import type { EntityManager } from 'typeorm';
import type { EventNameOf } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import { joinBatch } from '@countersign/shared/messaging';

/** Says an event (JSON) in the transaction of its effect. Due at once: the process that says it does not publish it. */
export async function sayEvent(manager: EntityManager, subject: EventNameOf<'gateway'>, event: string): Promise<void> {
  const sql = 'insert into outbox (id, subject, payload, next_at) values ($1, $2, $3, now())';
  await manager.query(sql, [newId(), subject, joinBatch([event])]);
}
