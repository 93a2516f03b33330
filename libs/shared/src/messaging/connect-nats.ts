import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection, nkeyAuthenticator, PermissionViolationError } from '@nats-io/transport-node';
import { inboxOf } from '../contracts/index.ts';
import { AppError } from '../kernel/index.ts';
import type { Logger } from '../telemetry/index.ts';

export interface NatsSettings {
  /** `nats://host:port` or `nats://user:password@host:port`, several separated by commas. */
  url: string;
  /** Seed of the NKey with which the broker knows us (`SU…`); then user and password of the URL do not count. */
  nkeySeed?: string | undefined;
  /** The broker's user: names our inboxes, and is shown in the server's connection list. */
  name: string;
  logger: Logger;
}

/** The connection to NATS of one process. */
export interface Broker {
  readonly connection: NatsConnection;
  readonly jetstream: JetStreamClient;
  readonly manager: JetStreamManager;
  /** Whose connection it is. */
  readonly user: string;
  /** False while the connection is down: what is published then would only pile up in memory. */
  isConnected(): boolean;
  /** Throws `MESSAGING.UNAVAILABLE` when the server does not answer in time. */
  check(timeoutMs?: number): Promise<void>;
  /** Told what the broker does not let us do; it is in the log already. */
  onRefusal(listener: (refusal: PermissionViolationError) => void): void;
  /** Told when the connection is back. */
  onReconnect(listener: () => void): void;
  /** Sends what is buffered and closes. */
  close(): Promise<void>;
}

/**
 * Connects, and keeps connecting for ever: a broker that is away is a state, not an end. What has to be said
 * meanwhile stands in the outbox.
 */
export async function connectNats({ url, nkeySeed, name, logger }: NatsSettings): Promise<Broker> {
  const addresses = url.split(',').map((part) => new URL(part.trim()));
  const connecting = setInterval(() => logger.warn({ user: name }, 'the broker does not let us in yet'), 10_000);
  const connection = await connect({
    servers: addresses.map((address) => address.host),
    name,
    // What the broker itself answers comes here.
    inboxPrefix: inboxOf(name, 'broker'),
    ...credentialsOf(addresses[0]!, nkeySeed),
    maxReconnectAttempts: -1,
    waitOnFirstConnect: true,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 5_000,
    maxPingOut: 2,
    ignoreAuthErrorAbort: true,
    // An error with its stack for every message that is acknowledged and every request, in case that it fails.
    noAsyncTraces: true,
  }).finally(() => clearInterval(connecting));
  let connected = true;
  const refusalListeners: ((refusal: PermissionViolationError) => void)[] = [];
  const reconnectListeners: (() => void)[] = [];
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') connected = false;
      if (status.type === 'reconnect') connected = true;
      if (status.type === 'disconnect' || status.type === 'reconnect')
        logger.warn({ status: status.type }, 'broker connection');
      if (status.type === 'reconnect') for (const tell of reconnectListeners) tell();
      if (status.type !== 'error') continue;
      if (!(status.error instanceof PermissionViolationError)) {
        logger.warn({ err: status.error }, 'the broker complains');
        continue;
      }
      const { operation, subject } = status.error;
      logger.error({ err: status.error, user: name, operation, subject }, 'the broker refused what we may not do');
      for (const tell of refusalListeners) tell(status.error);
    }
  })();
  return {
    connection,
    jetstream: jetstream(connection),
    manager: await jetstreamManager(connection, { checkAPI: false }),
    user: name,
    isConnected: () => connected && !connection.isClosed(),
    check: (timeoutMs = 1_000) => checkConnection(connection, timeoutMs),
    onRefusal: (listener) => void refusalListeners.push(listener),
    onReconnect: (listener) => void reconnectListeners.push(listener),
    close: () => (connection.isClosed() ? Promise.resolve() : connection.drain()),
  };
}

function credentialsOf({ username, password }: URL, nkeySeed: string | undefined) {
  if (nkeySeed !== undefined) return { authenticator: nkeyAuthenticator(new TextEncoder().encode(nkeySeed)) };
  return username === '' ? {} : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
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
