import type { FirstKeys } from './first-keys.ts';
import type { BrokerSeeds } from './nats/broker-users.ts';
import type { PreparedState } from './prepare-state.ts';
import type { ServiceFleet } from './services/service-fleet.ts';
import type { ServiceName } from './services/service-names.ts';
import type { Servers } from './start-servers.ts';
import type { TraceSink } from './traces/start-trace-sink.ts';

/** What programs are told about a running stack: the content of `.countersign/stack.json`. */
export interface StackInfo {
  /** Base URL of the (first) gateway, without a slash at its end. */
  gateway_url: string;
  /** Of every replica of the gateway. */
  gateway_urls: string[];
  /** An API key of kind administrator. */
  admin_key: string;
  /** What `npm run keys -- token` has to know: JWT_SECRET_FILE and the like. */
  token_settings: Record<string, string>;
  /** Base URL of the trace sink: POST /v1/traces, GET /traces/<trace id>. Null when OTEL_EXPORTER_OTLP_ENDPOINT names another one. */
  otlp_url: string | null;
  /** First replicas; a part that is not ours (NATS_URL, ADMIN_DATABASE_URL) or is stopped just now is missing. */
  ports: Partial<Record<PartName | 'otlp', number>>;
  pids: Partial<Record<PartName | 'stack', number>>;
  database_urls: Record<ServiceName, string> & { admin?: string };
  /** Without user and password when the broker is ours: then `nats_seeds` has who may come in. */
  nats_url: string;
  /** Seeds of the NKeys of the services and of `operator`; null for a broker of the user's own. */
  nats_seeds: BrokerSeeds | null;
  state_dir: string;
  /** Null when S3_ENDPOINT is set. */
  vault_dir: string | null;
  /** JSON lines of the four services. */
  log_file: string;
  /** RFC 3339. */
  started_at: string;
}

export type PartName = ServiceName | 'postgres' | 'nats';

export interface DescribedParts {
  state: PreparedState;
  servers: Servers;
  fleet: ServiceFleet;
  sink: TraceSink | undefined;
  keys: FirstKeys;
  tokens: Record<string, string>;
  vaultDir: string | null;
  startedAt: Date;
}

export function describeStack({
  state,
  servers,
  fleet,
  sink,
  keys,
  tokens,
  vaultDir,
  startedAt,
}: DescribedParts): StackInfo {
  const replicas = fleet.list();
  const parts = [servers.postgres.part(), servers.nats.part(), ...replicas.filter((part) => part.replica === 0)];
  const running = parts.filter((part) => part !== undefined);
  const gatewayUrls = replicas.filter((part) => part.service === 'gateway').map((part) => part.url);
  const { admin, services } = servers.databaseUrls;
  return {
    gateway_url: gatewayUrls[0] ?? '',
    gateway_urls: gatewayUrls,
    admin_key: keys.administrator,
    token_settings: tokens,
    otlp_url: sink?.url ?? null,
    ports: Object.fromEntries([
      ...running.map((part) => [part.name, part.port]),
      ...(sink ? [['otlp', sink.port]] : []),
    ]),
    pids: Object.fromEntries([['stack', process.pid], ...running.map((part) => [part.name, part.pid])]),
    database_urls: { ...(admin !== undefined && { admin }), ...services },
    nats_url: servers.natsUrl,
    nats_seeds: servers.brokerSeeds,
    state_dir: state.folder,
    vault_dir: vaultDir,
    log_file: state.logFile,
    started_at: startedAt.toISOString(),
  };
}
