import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import {
  defaultSitePolicy,
  type Principal,
  type PrincipalKind,
  type Scope,
  type SitePolicy,
} from '@countersign/shared/contracts';
import { defineStatement, textArray } from '@countersign/shared/persistence';
import type { Logger } from '@countersign/shared/telemetry';

interface PrincipalRow {
  id: string;
  kind: PrincipalKind;
  name: string;
  site_id: string | null;
  namespace: string;
  scopes: Scope[];
  host_id: string | null;
  epoch: number | null;
  public_key: string | null;
  /** Null: the site has none of its own. */
  policy: SitePolicy | null;
  /** Null: for ever. */
  good_ms: number | null;
}

/** A principal, and for how long its credential is good where that has an end. */
export type FoundPrincipal = Principal & { goodMs?: number };

/** Whom a token names. */
export interface TokenSubject {
  issuer: string | null;
  subject: string;
  /** Of a token that we made ourselves: its subject may be the id of a principal. */
  principalId: string | null;
}

/** Of a principal `p`. Whatever of it changes is told by a trigger (0001, 0002, 0003). */
const columns = `p.id, p.kind, p.name, p.site_id, p.namespace, p.scopes, p.host_id, p.epoch, p.public_key,
     (select json_build_object('enrolment', s.enrolment, 'signed_requests', s.signed_requests)
      from site_policies s where s.site_id = p.site_id) as policy`;

const findByDigests = defineStatement<PrincipalRow & { digest: string }>(
  'find-principals-by-keys',
  `select encode(k.key_sha256, 'hex') as digest, ${columns},
     (extract(epoch from k.expires_at - clock_timestamp()) * 1000)::float8 as good_ms
   from api_keys k join principals p on p.id = k.principal_id
   where k.key_sha256 = any (array(select decode(digest, 'hex') from unnest($1::text[]) digest))
     and k.revoked_at is null and p.disabled_at is null
     and (k.expires_at is null or k.expires_at > clock_timestamp())`,
);

// Whoever enrolled acts with what it got then only: a token would outlive the next enrolment.
const findByToken = defineStatement<PrincipalRow>(
  'find-principal-by-token',
  `select ${columns}, null::float8 as good_ms
   from principals p
   where p.disabled_at is null and p.host_id is null
     and p.id = coalesce((select principal_id from token_subjects where issuer = $1 and subject = $2), $3::uuid)`,
);

/** `principal:<id>`: each credential of this principal. Otherwise the digest (hex) of a key; undefined: any. */
type KeyChangeListener = (changed: string | undefined) => void;

/** Principals by key or token, and the news that one changed. */
export class PrincipalRepository {
  private readonly pool: pg.Pool;
  private readonly databaseUrl: string;
  private readonly logger: Logger;
  private readonly silenceMs: number;
  private readonly listeners: KeyChangeListener[] = [];
  private client: pg.Client | undefined;
  /** Of whatever was told before, on the clock that nobody can set, we know. */
  private heardUntil = 0;
  private closed = false;

  /** After `silenceMs` without a sign of life the connection that tells of changes is no longer believed. */
  constructor(pool: pg.Pool, databaseUrl: string, logger: Logger, silenceMs = 5_000) {
    this.silenceMs = silenceMs;
    this.pool = pool;
    this.databaseUrl = databaseUrl;
    this.logger = logger;
  }

  /** Those of keys that are good, each at the place of its key. */
  async findByKeyDigests(digests: readonly string[]): Promise<(FoundPrincipal | undefined)[]> {
    const rows = await findByDigests.run(this.pool, [textArray(digests)]);
    const found = new Map(rows.map((row) => [row.digest, principalOf(row)]));
    return digests.map((digest) => found.get(digest));
  }

  async findByToken({ issuer, subject, principalId }: TokenSubject): Promise<FoundPrincipal | undefined> {
    const [row] = await findByToken.run(this.pool, [issuer, subject, principalId]);
    return row && principalOf(row);
  }

  /** Told what changed; undefined: anything may have, for the news was interrupted. */
  onKeyChange(listener: KeyChangeListener): void {
    this.listeners.push(listener);
  }

  isListening(): boolean {
    return performance.now() < this.heardUntil;
  }

  /** Listens until `close`, connecting anew whenever the connection is lost. */
  async listen(): Promise<void> {
    while (!this.closed) {
      const client = new pg.Client({
        connectionString: this.databaseUrl,
        connectionTimeoutMillis: 2_000,
        keepAlive: true,
        query_timeout: this.silenceMs,
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
        this.tell(undefined);
        await this.listenTo(client, lost);
      } catch (error) {
        this.logger.warn({ err: error }, 'cannot listen for changed keys');
      }
      this.heardUntil = 0;
      this.tell(undefined);
      await client.end().catch(() => {});
      if (!this.closed) await delay(500);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.client?.end().catch(() => {});
  }

  /**
   * A connection can die without a word. What was told before a question comes before its answer, so each answer proves
   * that nothing was missed until it was asked.
   */
  private async listenTo(client: pg.Client, lost: Promise<void>): Promise<void> {
    let isLost = false;
    const ended = lost.then(() => (isLost = true));
    while (!isLost) {
      const asked = performance.now();
      await client.query('select');
      this.heardUntil = asked + this.silenceMs;
      const pause = new AbortController();
      await Promise.race([ended, delay(this.silenceMs / 5, undefined, { signal: pause.signal }).catch(() => {})]);
      pause.abort();
    }
  }

  private tell(changed: string | undefined): void {
    for (const listener of this.listeners) listener(changed);
  }
}

const principalOf = ({
  id,
  kind,
  name,
  site_id,
  namespace,
  scopes,
  good_ms,
  ...row
}: PrincipalRow): FoundPrincipal => ({
  id,
  kind,
  name,
  siteId: site_id,
  namespace,
  scopes,
  hostId: row.host_id,
  epoch: row.epoch,
  publicKey: row.public_key,
  policy: site_id === null ? null : (row.policy ?? defaultSitePolicy),
  ...(good_ms !== null && { goodMs: good_ms }),
});
