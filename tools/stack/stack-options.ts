import type { ServiceName } from './services/service-names.ts';
import type { StackInfo } from './stack-info.ts';

export interface StackOptions {
  /** Where data, secrets and logs lie; kept after the stop. Absent: a temporary folder that the stop removes. */
  stateDir?: string;
  /** How many processes of each service; 1 each when absent. Every gateway has a port of its own. */
  replicas?: Partial<Record<ServiceName, number>>;
  /** Settings for all services, such as RATE_LIMIT_REQUESTS; also NATS_URL, ADMIN_DATABASE_URL, S3_ENDPOINT, OTEL_*. */
  env?: Record<string, string>;
  /** Of the first gateway. Absent or 0: any free one. `demanded`: fail rather than take another one. */
  gatewayPort?: number | { port: number; demanded: boolean };
  /** False prints the steps of the start. */
  quiet?: boolean;
}

export interface Stack {
  /** As of now: ports and pids change when parts are restarted. */
  readonly info: StackInfo;
  /** API key of the site `demo-clinic`. */
  readonly applianceKey: string;
  /** Resolves with the first part that ended although nobody asked it to, such as `orders (SIGKILL)`; nothing is restarted. */
  readonly broken: Promise<string>;
  /** Every running replica. */
  services: () => { service: ServiceName; replica: number; pid: number; port: number; url: string }[];
  /** Starts or stops replicas until there are so many of the services named. */
  scale: (replicas: Partial<Record<ServiceName, number>>) => Promise<void>;
  /** Starts it; when it runs, stops it in order first. */
  restartService: (service: ServiceName, replica?: number) => Promise<void>;
  /** Default SIGKILL. Resolves when the process is gone (at once for other signals than SIGKILL and SIGTERM). */
  killService: (service: ServiceName, signal?: NodeJS.Signals, replica?: number) => Promise<void>;
  /** SIGKILL. */
  killNats: () => Promise<void>;
  /** On the port that it had. */
  startNats: () => Promise<void>;
  /** Removes all streams from the disk, as if it was a new one. NATS must be stopped or killed. */
  wipeNatsStore: () => void;
  /** In order. */
  stopPostgres: () => Promise<void>;
  /** SIGKILL: recovers from its log at the next start. */
  killPostgres: () => Promise<void>;
  startPostgres: () => Promise<void>;
  restartPostgres: () => Promise<void>;
  /** Services, then NATS, then PostgreSQL. Safe to call twice. */
  stop: () => Promise<void>;
}
