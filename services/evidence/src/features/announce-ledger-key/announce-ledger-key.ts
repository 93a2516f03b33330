import { type EventData, fleetSubject } from '@countersign/shared/contracts';
import { type Clock, newId } from '@countersign/shared/kernel';
import { envelopeOf, joinBatch, type Messaging } from '@countersign/shared/messaging';
import { defineStatement, type Pool } from '@countersign/shared/persistence';
import type { LedgerKey } from '../../domain/ledger-key.ts';

const type = 'evidence.ledger-key-created.v1';

/** Both at once, so that it is said once however many replicas start; the inbox forgets after months, the ledger never. */
const announce = defineStatement<{ event_id: string }>(
  'announce-ledger-key',
  `with first as (
     insert into inbox (consumer, event_id)
     select 'evidence-announce-key', $1::text
     where not exists (select from ledger_leaves where event_id = $1::text and source = '/evidence')
     on conflict do nothing
     returning event_id
   ),
   said as (insert into outbox (id, subject, payload) select $2::text::uuid, $3, $4 from first)
   select event_id from first`,
);

/** Tells, the first time that a key is used, that checkpoints are signed with it from now on: a leaf of the ledger. */
export async function announceLedgerKey(
  { verifierKey, keyId }: Pick<LedgerKey, 'verifierKey' | 'keyId'>,
  { pool, messaging, clock }: { pool: Pool; messaging: Pick<Messaging, 'publish'>; clock: Clock },
): Promise<void> {
  const now = clock.now().toISOString();
  const data: EventData<typeof type> = { verifier_key: verifierKey, created_at: now };
  const id = `ledger-key:${keyId}`;
  const event = envelopeOf(type, { owner: 'evidence', id, subject: fleetSubject, time: now, data });
  const row = { id: newId(), subject: type, payload: joinBatch([JSON.stringify(event)]) };
  const first = await announce.run(pool, [id, row.id, row.subject, row.payload]);
  if (first.length > 0) messaging.publish([row]);
}
