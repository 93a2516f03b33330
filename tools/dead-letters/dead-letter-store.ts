import { eventCatalog, type EventEnvelope, type EventName, type ServiceName } from '@countersign/shared/contracts';
import { deriveId } from '@countersign/shared/crypto';
import { createPool, runInTransaction } from '@countersign/shared/persistence';
import { describeRedriven } from './describe-redriven.ts';

export interface DeadLetter {
  /** `<consumer>:<event id>` */
  id: string;
  /** The service that gave up. */
  service: ServiceName;
  event_type: string;
  error_code: string;
  cause: string;
  trace_id: string | null;
  recorded_at: string;
  redriven_at: string | null;
}

export interface DeadLetterStore {
  list(): Promise<DeadLetter[]>;
  /**
   * Has the owner of the event say it again; only the consumer that gave up still lacks its effect. That it was done is
   * said by the service that gave up, in the transaction that notes it.
   */
  redrive(letter: DeadLetter): Promise<void>;
  close(): Promise<void>;
}

interface Stored {
  id: string;
  consumer: string;
  event_type: string;
  event: string;
  error_code: string;
  cause: string;
  trace_id: string | null;
  recorded_at: Date;
  redriven_at: Date | null;
}

// Later than the time before, so that two redrives are two events.
const note = `update dead_letters
  set redriven_at = greatest(date_trunc('milliseconds', clock_timestamp()), redriven_at + interval '1 millisecond')
  where id = $1 returning *`;
const say = 'insert into outbox (id, subject, payload, next_at) values ($1, $2, $3, now())';

/** The dead letters of all services, each read under the service's own role. */
export function openDeadLetters(databaseUrls: Record<ServiceName, string>): DeadLetterStore {
  const names = Object.keys(databaseUrls) as ServiceName[];
  const pools = new Map(
    names.map((name) => [
      name,
      createPool({ databaseUrl: databaseUrls[name], applicationName: 'countersign-dead-letters', max: 1 }),
    ]),
  );
  const poolOf = (name: ServiceName) => {
    const pool = pools.get(name);
    if (!pool) throw new Error(`There is no database URL for ${name}.`);
    return pool;
  };

  async function listOf(service: ServiceName): Promise<DeadLetter[]> {
    const { rows } = await poolOf(service).query<Stored>('select * from dead_letters order by recorded_at');
    return rows.map(({ event: _event, recorded_at, redriven_at, ...row }) => ({
      ...row,
      service,
      recorded_at: recorded_at.toISOString(),
      redriven_at: redriven_at?.toISOString() ?? null,
    }));
  }

  return {
    async list() {
      return (await Promise.all(names.map(listOf))).flat();
    },

    async redrive({ id, service, event_type: type }) {
      const contract = Object.hasOwn(eventCatalog, type) ? eventCatalog[type as EventName] : undefined;
      if (contract === undefined)
        throw new Error(`${id}: nobody owns ${type}; what cannot be read cannot be said again.`);
      await runInTransaction(poolOf(service), async (client) => {
        const { rows } = await client.query<Stored>(note, [id]);
        const [stored] = rows;
        if (!stored) throw new Error(`${id}: there is no such dead letter.`);
        const at = stored.redriven_at!.toISOString();
        const event = JSON.parse(stored.event) as EventEnvelope;
        const redriven = describeRedriven(service, { dead_letter_id: id, consumer: stored.consumer, event, at });
        await client.query(say, [deriveId(redriven.id), redriven.type, JSON.stringify([redriven])]);
        // Said again before this is committed: should it fail a second time at once, its consumer waits for this row.
        // A crash here leaves a dead letter that is redriven once more, never one that nobody handles.
        const owner = contract.owner === service ? client : poolOf(contract.owner);
        await owner.query(say, [deriveId(`redrive:${id}:${at}`), type, `[${stored.event}]`]);
      });
    },

    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}
