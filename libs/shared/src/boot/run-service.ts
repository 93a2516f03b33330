import { fileURLToPath } from 'node:url';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { z } from 'zod';
import { type commonSettings, findReadableSecrets, loadConfig } from '../config/index.ts';
import type { ServiceName } from '../contracts/index.ts';
import {
  createHttpApp,
  HealthModule,
  type HttpAppOptions,
  HealthState,
  installGracefulStop,
  type StopStep,
} from '../http/index.ts';
import { type Messaging, NatsStrategy, PassOnErrorsFilter, startMessaging } from '../messaging/index.ts';
import {
  createDataSource,
  createPool,
  type DataSource,
  openSiteScope,
  pendingMigrations,
  type Pool,
  type SiteScope,
  sourceUrlOf,
} from '../persistence/index.ts';
import { createLogger, type Logger, startTelemetry } from '../telemetry/index.ts';
import { collectWhenNeeded } from './collect-when-needed.ts';
import { retryWhileAway } from './retry-while-away.ts';

type CommonSettings = z.output<z.ZodObject<typeof commonSettings>>;

/** What every service has when its own parts are made. */
export interface ServiceParts<Settings> {
  settings: Settings;
  logger: Logger;
  pool: Pool;
  /** For cold transactions and the reads that people wait for. */
  source: DataSource;
  /** For questions of one site: the database shows no other. */
  sites: SiteScope;
  messaging: Messaging;
  health: HealthState;
}

export interface ServiceDefinition<Schema extends z.ZodObject> {
  name: ServiceName;
  settings: Schema;
  /** `import.meta.url` of the service's main.ts; its migrations lie in `persistence/migrations` beside it. */
  moduleUrl: string;
  entities: Function[];
  /** Connections for hot statements. */
  poolSize?: number;
  /** Makes the module, and names what of it has to be stopped: after the doors are shut, before the broker is left. */
  assemble(
    parts: ServiceParts<z.output<Schema>>,
  ): Promise<{ module: DynamicModule; http?: Omit<HttpAppOptions, 'logger'>; stop?: StopStep[] }>;
  /** The last word on the HTTP side, before it listens. */
  prepareHttp?(app: NestFastifyApplication): Promise<void>;
}

/**
 * Starts a service and keeps it until it is told to stop: settings, telemetry, database (refusing a schema that lacks
 * a migration), broker, doors. Anything that fails on the way is logged, and the process ends with 1.
 */
export async function runService<Schema extends z.ZodObject>(definition: ServiceDefinition<Schema>): Promise<void> {
  collectWhenNeeded();
  const { name } = definition;
  let logger = createLogger({ service: name });
  try {
    const settings = loadConfig(definition.settings) as z.output<Schema> & CommonSettings;
    logger = createLogger({ service: name, level: settings.LOG_LEVEL });
    for (const setting of findReadableSecrets(definition.settings)) {
      logger.warn(
        { setting: `${setting}_FILE` },
        'a file with a secret can be read by others than its owner: chmod 600',
      );
    }
    await start(definition, settings, logger);
  } catch (error) {
    logger.fatal({ err: error }, 'the service does not start');
    process.exitCode = 1;
    setTimeout(() => process.exit(1), 200);
  }
}

async function start<Schema extends z.ZodObject>(
  { name, moduleUrl, entities, poolSize = 4, assemble, prepareHttp }: ServiceDefinition<Schema>,
  settings: z.output<Schema> & CommonSettings,
  logger: Logger,
): Promise<void> {
  const telemetry = startTelemetry({
    service: name,
    endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT,
    environment: settings,
    logger,
  });
  const health = new HealthState({ logger });
  const pool = createPool({
    databaseUrl: settings.DATABASE_URL,
    applicationName: `countersign-${name}`,
    max: poolSize,
    onConnectionError: (error) => logger.warn({ err: error }, 'a database connection broke'),
  });
  await retryWhileAway(() => refusePendingMigrations(pool, moduleUrl), logger);
  const sourceSettings = {
    databaseUrl: settings.DATABASE_URL,
    schema: name,
    applicationName: `countersign-${name}`,
    entities,
  };
  const source = createDataSource(sourceSettings);
  await retryWhileAway(() => source.initialize(), logger);
  const sites = await retryWhileAway(() => openSiteScope(sourceSettings), logger);
  const messaging = await startMessaging({
    service: name,
    natsUrl: settings.NATS_URL,
    nkeySeed: settings.NATS_NKEY_SEED,
    replicas: settings.NATS_REPLICAS,
    pool,
    logger,
  });
  health.registerDependency('database', async () => void (await pool.query('select 1')));
  health.registerDependency('nats', () => messaging.broker.check());
  health.registerProgress('messaging', () => messaging.progress());

  const { module, http, stop = [] } = await assemble({ settings, logger, pool, source, sites, messaging, health });
  const app = await createHttpApp(
    { ...module, imports: [...(module.imports ?? []), HealthModule.of(health)] },
    { ...http, logger },
  );
  await prepareHttp?.(app);
  const strategy = new NatsStrategy(messaging);
  const doors = app.connectMicroservice({ strategy }, { deferInitialization: true });
  doors.useGlobalFilters(new PassOnErrorsFilter());
  await app.startAllMicroservices();
  await app.listen(settings.PORT, settings.HOST);
  installGracefulStop({
    logger,
    health,
    steps: [
      {
        name: 'finish requests',
        // A request that passes a download on ends when that does, and a download may take minutes.
        run: async () => void (await Promise.all([app.getHttpAdapter().close(), messaging.downloads.close()])),
      },
      { name: 'settle messages', run: () => strategy.close() },
      ...stop,
      { name: 'flush the outbox', run: () => messaging.close() },
      {
        name: 'close the database',
        run: async () => void (await Promise.all([pool.end(), source.destroy(), sites.close()])),
      },
      { name: 'flush traces', run: () => telemetry.shutdown() },
    ],
  });
  health.setStarted();
  const { port } = app.getHttpServer().address() as { port: number };
  logger.info({ port }, 'ready');
  process.send?.({ ready: true, port });
}

async function refusePendingMigrations(pool: Pool, moduleUrl: string): Promise<void> {
  const folder = fileURLToPath(new URL('./persistence/migrations', sourceUrlOf(moduleUrl)));
  const pending = await pendingMigrations(pool, folder);
  if (pending.length > 0) throw new Error(`The database lacks ${pending.join(', ')}: run the migrations first.`);
}
