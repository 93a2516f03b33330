import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { type ServiceName, type StreamContract, streamsOwnedBy } from '../contracts/index.ts';
import { nanos } from '@nats-io/transport-node';

const streamNotFound = 10059;
const consumerNotFound = 10014;
const day = 24 * 3_600_000;

/** Redelivery after this long without settlement; handlers that take longer say `working`. */
export const ackWaitMs = 30_000;

export interface StreamSettings {
  /** 1, or 3 on a cluster. */
  replicas: number;
}

/** Creates the streams that `service` publishes to, or checks that they are as declared. */
export async function declareStreams(
  manager: JetStreamManager,
  service: ServiceName,
  settings: StreamSettings,
): Promise<void> {
  for (const stream of streamsOwnedBy(service)) await declareStream(manager, stream, settings);
}

/** Creates the stream, or checks that it is as declared; subjects that are new are added. */
export async function declareStream(
  manager: JetStreamManager,
  { name, subjects }: StreamContract,
  { replicas }: StreamSettings,
) {
  const wanted = {
    subjects: [...subjects] as string[],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    // What was handled stays until it is old, so a full stream is the ordinary state. Should it drop what a consumer has
    // not seen yet, the outbox row is still there and its owner says it again.
    discard: DiscardPolicy.Old,
    max_age: nanos(14 * day),
    // The server sets this much of its disk aside for each stream; a laptop has to have it.
    max_bytes: 512 * 1024 ** 2,
    duplicate_window: nanos(600_000),
    num_replicas: replicas,
  };
  await manager.streams
    .info(name)
    .then((info) => {
      const missing = subjects.filter((subject) => !info.config.subjects.includes(subject));
      if (missing.length === 0) return undefined;
      return manager.streams.update(name, { ...info.config, subjects: [...info.config.subjects, ...missing] });
    })
    .catch((error: unknown) => {
      if (!isApiError(error, streamNotFound)) throw error;
      return manager.streams.add({ name, ...wanted });
    });
  const { config } = await manager.streams.info(name);
  refuseDifference(`stream ${name}`, wanted, { ...config, subjects: config.subjects.toSorted() }, ['subjects']);
  const absent = wanted.subjects.filter((subject) => !config.subjects.includes(subject));
  if (absent.length > 0) throw new Error(`stream ${name} lacks the subjects ${absent.join(', ')}`);
}

export interface ConsumerContract {
  stream: string;
  durable: string;
  /** One subject; absent: all of the stream. Several need nats-server 2.10. */
  subject?: string;
}

/**
 * Creates the durable consumer, or checks that it is as declared. nats-server 2.9.10 overwrites an existing durable
 * in silence, so it is looked for first. There is no `max_deliver`: a message whose tries are over would stay in the
 * stream where no counter shows it; giving up is ours, with a dead letter.
 */
export async function declareConsumer(
  manager: JetStreamManager,
  { stream, durable, subject }: ConsumerContract,
): Promise<void> {
  const wanted = {
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackWaitMs),
    max_ack_pending: 2_000,
    max_deliver: -1,
    ...(subject && { filter_subject: subject }),
  };
  await manager.consumers.info(stream, durable).catch((error: unknown) => {
    if (!isApiError(error, consumerNotFound)) throw error;
    return manager.consumers.add(stream, { durable_name: durable, ...wanted });
  });
  const { config } = await manager.consumers.info(stream, durable);
  refuseDifference(`consumer ${durable} on ${stream}`, wanted, config);
}

/** Old servers ignore in silence what they do not know: what the server echoes must be what was asked for. */
function refuseDifference(what: string, wanted: object, echoed: object, except: string[] = []): void {
  const real = echoed as Record<string, unknown>;
  const differing = Object.entries(wanted).filter(
    ([key, value]) => !except.includes(key) && JSON.stringify(real[key]) !== JSON.stringify(value),
  );
  if (differing.length === 0) return;
  const list = differing.map(
    ([key, value]) => `${key}: wanted ${JSON.stringify(value)}, is ${JSON.stringify(real[key])}`,
  );
  throw new Error(`${what} differs from its declaration: ${list.join('; ')}. Change it on the broker or delete it.`);
}

function isApiError(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}
