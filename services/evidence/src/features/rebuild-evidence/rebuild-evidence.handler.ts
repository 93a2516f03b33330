import type { Clock } from '@countersign/shared/kernel';
import { createNoteSigner, encodeBase64, signNote } from '@countersign/shared/ledger';
import type { Pool } from '@countersign/shared/persistence';
import type { Signer } from '@countersign/shared/crypto';
import { certificateJson, type RebuildCertificate, renderCertificate } from '../../domain/rebuild/certificate.ts';
import { OldRows } from '../../persistence/rebuild/old-rows.ts';
import type { RebuildTarget } from '../../persistence/rebuild/rebuild-target.ts';
import { openSchemaPool, serviceSchema } from '../../persistence/rebuild/schema-pool.ts';
import { dropSchema, findLeftovers, namesAt, swapSchemas, tablesOf } from '../../persistence/rebuild/schemas.ts';
import { type BuiltEvidence, buildEvidence } from './build-evidence.ts';
import { certifyTables } from './certify-tables.ts';
import { holdDatabase, refuseConnections } from './hold-database.ts';
import type { Progress } from './progress.ts';
import { notNow, wouldLose } from './rebuild-errors.ts';
import type { LedgerVerifier } from './read-ledger.ts';
import type { ReadableVault } from './vault-objects.ts';

export interface RebuildOptions {
  vault: ReadableVault;
  /** `signer` signs the certificate; absent, it is not signed. */
  key: LedgerVerifier & { verifierKey: string; signer?: Signer | undefined };
  /** A role that may make schemas, on the database of the service. */
  adminUrl: string;
  /** The service's own: its role gets its rights. */
  databaseUrl: string;
  /** Makes the service's tables in a schema, by its migrations; without one, in the service's own. */
  migrate: (schema?: string) => Promise<void>;
  machine: string;
  clock: Clock;
  progress: Progress;
}

export interface RebuildWishes {
  kind: 'rebuild' | 'continue';
  /** Go on although something is lost. */
  acceptLoss: boolean;
  /** Keep the schema that was there. */
  keepOld: boolean;
}

export interface RebuildOutcome {
  certificate: RebuildCertificate;
  json: string;
  /** As a signed note, when there is a signer. */
  text: string;
}

export type RebuildEvidence = (wishes: RebuildWishes) => Promise<RebuildOutcome>;

/**
 * Builds the schema of the service anew from the vault, beside the one that is there; proves it; and only then, in one
 * commit, puts it in the place of the other. Whatever fails before that, and whenever the process is killed, the schema
 * that was there is there. `continue` takes over besides what the database alone has: it is older than the vault, and not
 * to be doubted.
 */
export function createRebuildEvidence(options: RebuildOptions): RebuildEvidence {
  const { adminUrl, databaseUrl, migrate, clock, progress } = options;
  return async (wishes) => {
    const startedAt = clock.now();
    const names = namesAt(startedAt);
    const admin = openSchemaPool(adminUrl, 'pg_catalog');
    try {
      await refuseConnections(admin, databaseUrl, { waitMs: 2_000 });
      await migrate(); // also makes what is missing altogether
      const hold = await holdDatabase(admin, databaseUrl);
      try {
        const left = await findLeftovers(admin);
        for (const schema of left.built) {
          progress(`drop ${schema}, which a rebuild that was interrupted left behind`);
          await dropSchema(admin, schema);
        }
        for (const schema of left.before) progress(`note: ${schema} is still there, kept by an earlier rebuild`);
        await migrate(names.built);
        const pool = openSchemaPool(adminUrl, names.built);
        try {
          return await rebuild(wishes, { pool, admin, names, startedAt, assertHeld: hold.assertHeld });
        } catch (error) {
          await dropSchema(admin, names.built).catch(() => {});
          throw error;
        } finally {
          await pool.end();
        }
      } finally {
        await hold.release();
      }
    } finally {
      await admin.end();
    }
  };

  async function rebuild(wishes: RebuildWishes, run: Run): Promise<RebuildOutcome> {
    const { pool, admin, names } = run;
    const oldTables = await tablesOf(admin, serviceSchema);
    const target: RebuildTarget = { pool, schema: names.built, old: serviceSchema, oldTables };
    const old = new OldRows(target);
    const pending = await refusePending(old, wishes);
    const built = await buildEvidence({ ...options, target, old, wishes });
    progress('compare the tables');
    const { tables, notRebuilt } = await certifyTables(target);
    const certificate = certificateOf(wishes, run, { built, tables, notRebuilt });
    await swapSchemas(admin, { ...names, tables: oldTables }, async () => {
      await run.assertHeld();
      if (JSON.stringify(await old.countPending()) !== JSON.stringify(pending))
        throw notNow('Somebody wrote into the database meanwhile: stop every replica of evidence.');
    });
    progress('the new schema is in its place');
    if (!wishes.keepOld) await dropSchema(admin, names.before);
    const text = renderCertificate(certificate);
    const { signer, origin } = options.key;
    return {
      certificate,
      json: certificateJson(certificate),
      text: signer === undefined ? text : signNote(text, [createNoteSigner(origin, signer)]),
    };
  }

  /** What is in the database alone would go with it. */
  async function refusePending(old: OldRows, { kind, acceptLoss }: RebuildWishes) {
    const pending = await old.countPending();
    const { unsealed, unpublished, unsaid, undecided } = pending;
    if (kind === 'rebuild' && !acceptLoss && unsealed + unpublished + unsaid + undecided > 0)
      throw wouldLose(
        `The database holds what the vault does not: ${unsealed} bundles that are not sealed, ${unpublished} leaves that are not published, ${unsaid} messages that were not sent, ${undecided} dead letters. Let the service finish, or run \`continue\`, which keeps them.`,
        { ...pending },
      );
    return pending;
  }

  function certificateOf(
    { kind, keepOld }: RebuildWishes,
    { names, startedAt }: Run,
    { built, tables, notRebuilt }: { built: BuiltEvidence } & Awaited<ReturnType<typeof certifyTables>>,
  ): RebuildCertificate {
    const { ledger, root, leaves, leavesByType, chains, objects, timestamps, notes } = built;
    const { origin, verifierKey } = options.key;
    return {
      kind,
      machine: options.machine,
      startedAt: startedAt.toISOString(),
      finishedAt: clock.now().toISOString(),
      ledger: {
        origin,
        verifierKey,
        size: ledger.size,
        root: encodeBase64(root),
        leaves,
        leavesByType,
      },
      vault: {
        scheme: options.vault.scheme,
        checkpoints: ledger.checkpoints,
        tiles: ledger.tiles,
        objects,
        timestamps,
      },
      chains,
      tables,
      notRebuilt,
      ...notes,
      keptSchema: keepOld ? names.before : null,
    };
  }
}

interface Run {
  /** Looks into the new schema. */
  pool: Pool;
  admin: Pool;
  names: { built: string; before: string };
  startedAt: Date;
  assertHeld: () => Promise<void>;
}
