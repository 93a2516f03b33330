import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Principal, PrincipalKind, Scope } from '@countersign/shared/contracts';
import { defineStatement } from '@countersign/shared/persistence';
import type { Logger } from '@countersign/shared/telemetry';

interface PrincipalRow {
  id: string;
  kind: PrincipalKind;
  name: string;
  site_id: string | null;
  scopes: Scope[];
}

const findByDigest = defineStatement<PrincipalRow>(
  'find-principal-by-key',
  `select p.id, p.kind, p.name, p.site_id, p.scopes
   from api_keys k join principals p on p.id = k.principal_id
   where k.key_sha256 = decode($1, 'hex') and k.revoked_at is null`,
);

type KeyChangeListener = (digest: string | undefined) => void;

/** Principals by key, and the news that a key changed. */
export class PrincipalRepository {
  private readonly pool: pg.Pool;
  private readonly databaseUrl: string;
  private readonly logger: Logger;
  private readonly listeners: KeyChangeListener[] = [];
  private client: pg.Client | undefined;
  private listening = false;
  private closed = false;

  constructor(pool: pg.Pool, databaseUrl: string, logger: Logger) {
    this.pool = pool;
    this.databaseUrl = databaseUrl;
    this.logger = logger;
  }

  async findByKeyDigest(digest: string): Promise<Principal | undefined> {
    const [row] = await findByDigest.run(this.pool, [digest]);
    return row && { id: row.id, kind: row.kind, name: row.name, siteId: row.site_id, scopes: row.scopes };
  }

  /** Told the digest (hex) of a key that changed; undefined: any may have, for the news was interrupted. */
  onKeyChange(listener: KeyChangeListener): void {
    this.listeners.push(listener);
  }

  isListening(): boolean {
    return this.listening;
  }

  /** Listens until `close`, connecting anew whenever the connection is lost. */
  async listen(): Promise<void> {
    while (!this.closed) {
      const client = new pg.Client({
        connectionString: this.databaseUrl,
        connectionTimeoutMillis: 2_000,
        keepAlive: true,
      });
      this.client = client;
      const lost = new Promise<void>((resolve) => {
        client.on('error', () => resolve());
        client.on('end', () => resolve());
      });
      try {
        client.on('notification', ({ payload }) => this.tell(payload));
        await client.connect();
        await client.query('listen gateway_keys');
        this.listening = true;
        this.tell(undefined);
        await lost;
      } catch (error) {
        this.logger.warn({ err: error }, 'cannot listen for changed keys');
      }
      this.listening = false;
      this.tell(undefined);
      await client.end().catch(() => {});
      if (!this.closed) await delay(500);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.client?.end().catch(() => {});
  }

  private tell(digest: string | undefined): void {
    for (const listener of this.listeners) listener(digest);
  }
}
