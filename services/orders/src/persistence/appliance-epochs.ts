import type { Pool } from 'pg';
import { defineStatement, textArray } from '@countersign/shared/persistence';

export interface ApplianceName {
  site_id: string;
  host_id: string;
}

// One look into the index for each, whatever the planner believes about the size of the table.
const findEpochs = defineStatement<{ epoch: number }>(
  'find-appliance-epochs',
  `select coalesce((select a.epoch from appliances a where a.site_id = t.site_id and a.host_id = t.host_id), 0) as epoch
   from unnest($1::text[], $2::text[]) with ordinality as t (site_id, host_id, ord) order by t.ord`,
);

const rememberedAtMost = 100_000;

/**
 * The epochs of appliances, remembered. What is remembered may be old: it only spares a question. Whoever relies on an
 * epoch has the database compare it under a lock, and notes here what that found.
 */
export class ApplianceEpochs {
  private readonly pool: Pool;
  private readonly known = new Map<string, number>();

  constructor(pool: Pool) {
    this.pool = pool;
  }

  async find(appliances: readonly ApplianceName[]): Promise<number[]> {
    const epochs = appliances.map((one) => this.known.get(nameOf(one)));
    const unknown = appliances.filter((_, index) => epochs[index] === undefined);
    if (unknown.length === 0) return epochs as number[];
    const sites = textArray(unknown.map((one) => one.site_id));
    const hosts = textArray(unknown.map((one) => one.host_id));
    const found = (await findEpochs.run(this.pool, [sites, hosts])).values();
    return appliances.map((one, index) => {
      const known = epochs[index];
      if (known !== undefined) return known;
      const { epoch } = found.next().value!;
      this.note(one, epoch);
      return epoch;
    });
  }

  note(appliance: ApplianceName, epoch: number): void {
    if (this.known.size >= rememberedAtMost) this.known.clear();
    this.known.set(nameOf(appliance), epoch);
  }
}

const nameOf = ({ site_id, host_id }: ApplianceName) => `${site_id}\n${host_id}`;
