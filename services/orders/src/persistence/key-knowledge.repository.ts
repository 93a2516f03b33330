import type { Pool } from 'pg';
import { defineStatement, textArray } from '@countersign/shared/persistence';
import { knownWithinMs, type OrderKey } from '../domain/order-keys.ts';

/** An appliance that said at its last check-in which keys it holds, and they are not those that it should. */
export interface DivergingAppliance {
  site_id: string;
  host_id: string;
  /** Ids with commas between them. */
  server_key_ids: string;
  last_checkin: Date;
  /** It holds a key that we never told anybody. */
  holds_foreign: boolean;
}

export interface KeyKnowledge {
  alive: number;
  /** Alive, and said nothing about keys. */
  unreported: number;
  /** Alive, and did not name the key that signs. */
  behind: number;
  /** Alive, and named a key that was never ours. */
  foreign: number;
  /** By key id: how many that are alive named it. */
  knownBy: Map<string, number>;
}

// An appliance that says which keys it holds must name it; one that does not (or held none yet) was told by the answer.
const countUntold = defineStatement<{ untold: number }>(
  'count-untold',
  `select count(*)::int as untold from appliances
   where last_checkin >= $3
     and case when coalesce(server_key_ids, '') = '' then last_checkin < $2 else position($1 in server_key_ids) = 0 end`,
);

const count = defineStatement<Omit<KeyKnowledge, 'knownBy'>>(
  'count-key-knowledge',
  `select count(*)::int as alive,
     count(*) filter (where server_key_ids is null)::int as unreported,
     count(*) filter (where server_key_ids <> '' and position($1 in server_key_ids) = 0)::int as behind,
     count(*) filter (where server_key_ids <> '' and not string_to_array(server_key_ids, ',') <@ $2::text[])::int as foreign
   from appliances where last_checkin >= $3`,
);

const countKnown = defineStatement<{ key_id: string; known_by: number }>(
  'count-known-keys',
  `select key_id, count(a.site_id)::int as known_by
   from unnest($1::text[]) key_id left join appliances a on a.last_checkin >= $2 and position(key_id in a.server_key_ids) > 0
   group by key_id`,
);

const findDiverging = defineStatement<DivergingAppliance & Record<string, unknown>>(
  'find-diverging',
  `select site_id, host_id, server_key_ids, last_checkin,
     not string_to_array(server_key_ids, ',') <@ $2::text[] as holds_foreign
   from appliances
   where last_checkin >= $3 and server_key_ids <> ''
     and (position($1 in server_key_ids) = 0 or not string_to_array(server_key_ids, ',') <@ $2::text[])
   order by holds_foreign desc, last_checkin desc, site_id, host_id
   limit $4`,
);

/** Which appliance knows which key of orders, by what each said at its last check-in. Reads the whole table: for the sweeper and for people. */
export class KeyKnowledgeRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Appliances that are alive and may not know an announced key. */
  async countUntold({ keyId, announcedAt }: OrderKey, aliveSince: Date): Promise<number> {
    const told = new Date(announcedAt.getTime() + knownWithinMs);
    return (await countUntold.run(this.pool, [keyId, told, aliveSince]))[0]!.untold;
  }

  /** `signingId` is the key that signs now; `known` all that were ever told. */
  async count(signingId: string, known: readonly string[], aliveSince: Date): Promise<KeyKnowledge> {
    const ids = textArray([...known]);
    const [counted] = await count.run(this.pool, [signingId, ids, aliveSince]);
    const perKey = await countKnown.run(this.pool, [ids, aliveSince]);
    return { ...counted!, knownBy: new Map(perKey.map((row) => [row.key_id, row.known_by])) };
  }

  /** Foreign keys first, then the newest check-ins. */
  findDiverging(
    signingId: string,
    known: readonly string[],
    aliveSince: Date,
    atMost: number,
  ): Promise<DivergingAppliance[]> {
    return findDiverging.run(this.pool, [signingId, textArray([...known]), aliveSince, atMost]);
  }
}
