import { eventCatalog, type EventName, type ServiceName } from '@countersign/shared/contracts';
import { deriveId } from '@countersign/shared/crypto';
import { createPool } from '@countersign/shared/persistence';

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
  /** Has the owner of the event say it again. Only the consumer that gave up still lacks its effect. */
  redrive(letter: DeadLetter): Promise<void>;
  close(): Promise<void>;
}

interface Stored {
  id: string;
  event_type: string;
  event: string;
  error_code: string;
  cause: string;
  trace_id: string | null;
  recorded_at: Date;
  redriven_at: Date | null;
}

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
      const { rows } = await poolOf(service).query<Stored>(
        'update dead_letters set redriven_at = now() where id = $1 returning event, redriven_at',
        [id],
      );
      const [stored] = rows;
      if (!stored) throw new Error(`${id}: there is no such dead letter.`);
      await poolOf(contract.owner).query(
        'insert into outbox (id, subject, payload, next_at) values ($1, $2, $3, now())',
        [deriveId(`redrive:${id}:${stored.redriven_at!.toISOString()}`), type, `[${stored.event}]`],
      );
    },

    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}
