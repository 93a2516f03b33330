import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { AppError } from '../kernel/index.ts';
import type { Logger } from '../telemetry/index.ts';

export interface NatsSettings {
  /** `nats://user:password@host:port`, several separated by commas. */
  url: string;
  /** Shown in the server's connection list. */
  name: string;
  logger: Logger;
}

/** The connection to NATS of one process. */
export interface Broker {
  readonly connection: NatsConnection;
  readonly jetstream: JetStreamClient;
  readonly manager: JetStreamManager;
  /** False while the connection is down: what is published then would only pile up in memory. */
  isConnected(): boolean;
  /** Throws `MESSAGING.UNAVAILABLE` when the server does not answer in time. */
  check(timeoutMs?: number): Promise<void>;
  /** Sends what is buffered and closes. */
  close(): Promise<void>;
}

/**
 * Connects, and keeps connecting for ever: a broker that is away is a state, not an end. What has to be said
 * meanwhile stands in the outbox.
 */
export async function connectNats({ url, name, logger }: NatsSettings): Promise<Broker> {
  const addresses = url.split(',').map((part) => new URL(part.trim()));
  const [first] = addresses;
  const connection = await connect({
    servers: addresses.map((address) => address.host),
    name,
    ...(first?.username && { user: decodeURIComponent(first.username), pass: decodeURIComponent(first.password) }),
    maxReconnectAttempts: -1,
    waitOnFirstConnect: true,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 5_000,
    maxPingOut: 2,
    ignoreAuthErrorAbort: true,
  });
  let connected = true;
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') connected = false;
      if (status.type === 'reconnect') connected = true;
      if (status.type === 'disconnect' || status.type === 'reconnect')
        logger.warn({ status: status.type }, 'broker connection');
    }
  })();
  return {
    connection,
    jetstream: jetstream(connection),
    manager: await jetstreamManager(connection, { checkAPI: false }),
    isConnected: () => connected && !connection.isClosed(),
    check: (timeoutMs = 1_000) => checkConnection(connection, timeoutMs),
    close: () => (connection.isClosed() ? Promise.resolve() : connection.drain()),
  };
}

async function checkConnection(connection: NatsConnection, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(brokerAway()), timeoutMs);
  });
  try {
    if (connection.isClosed()) throw brokerAway();
    await Promise.race([connection.flush(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function brokerAway(): AppError {
  return new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'The broker does not answer.', { retryAfterSeconds: 1 });
}
