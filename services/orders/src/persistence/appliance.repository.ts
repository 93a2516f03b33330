import type { Pool } from 'pg';
import { newId } from '@countersign/shared/kernel';
import { defineStatement, loadStatement, type OutboxRow, textArray } from '@countersign/shared/persistence';
import type { CheckIn } from '../domain/check-in.ts';

export interface AppliancesCheckedIn {
  /** By index of the question: true when the appliance is new; absent when its key conflicts. */
  registered: Map<number, boolean>;
  /** Questions whose credential is of another epoch than the appliance; nothing was changed. */
  isSuperseded: Set<number>;
  rows: OutboxRow[];
}

export interface ApplianceName {
  site_id: string;
  host_id: string;
}

interface CheckedInRow {
  question: number;
  superseded: boolean;
  registered: boolean | null;
  registered_payload: string | null;
  returned_payload: string | null;
}

const checkIn = loadStatement<CheckedInRow>(import.meta.url, './check-in-appliances.sql');

// One look into the index for each, whatever the planner believes about the size of the table.
const findKeys = defineStatement<{ public_key: string | null }>(
  'find-appliance-keys',
  `select (select a.public_key from appliances a where a.site_id = t.site_id and a.host_id = t.host_id) as public_key
   from unnest($1::text[], $2::text[]) with ordinality as t (site_id, host_id, ord) order by t.ord`,
);

export class ApplianceRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /**
   * Registers or updates; no appliance may stand in `checkIns` twice. `describe` gives what is said about a new one. What is
   * said about one that was silent is made of that, with the same time and trace.
   */
  async checkIn(
    checkIns: readonly CheckIn[],
    at: Date,
    describe: (checkIn: CheckIn) => string,
  ): Promise<AppliancesCheckedIn> {
    const column = (read: (checkIn: CheckIn) => string | null | undefined) =>
      textArray(checkIns.map((one) => read(one) ?? null));
    const [registeredId, returnedId] = [newId(), newId()];
    const rows = await checkIn.run(this.pool, [
      column((one) => one.site_id),
      column((one) => one.host_id),
      column((one) => one.deployment_mode),
      column((one) => one.reseller_id),
      column((one) => one.policy_version),
      column((one) => one.nixos_version),
      column((one) => one.agent_version),
      column((one) => one.public_key),
      column((one) => String(one.may_replace_key)),
      column(describe),
      at,
      registeredId,
      returnedId,
      column((one) => one.server_key_ids?.join(',')),
      column((one) => (one.credential_epoch === undefined ? null : String(one.credential_epoch))),
    ]);
    const said = [
      { id: registeredId, subject: 'orders.appliance-registered.v1', payload: rows[0]?.registered_payload },
      { id: returnedId, subject: 'orders.appliance-returned.v1', payload: rows[0]?.returned_payload },
    ];
    return {
      registered: new Map(rows.flatMap((row) => (row.registered === null ? [] : [[row.question - 1, row.registered]]))),
      isSuperseded: new Set(rows.filter((row) => row.superseded).map((row) => row.question - 1)),
      rows: said.flatMap(({ payload, ...row }) => (payload ? [{ ...row, payload }] : [])),
    };
  }

  /** The enrolled key of each, null where there is none. */
  async findKeys(appliances: readonly ApplianceName[]): Promise<(string | null)[]> {
    const sites = textArray(appliances.map((appliance) => appliance.site_id));
    const hosts = textArray(appliances.map((appliance) => appliance.host_id));
    return (await findKeys.run(this.pool, [sites, hosts])).map((row) => row.public_key);
  }
}
