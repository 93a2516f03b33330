import type { DownloadName, EventEnvelope, RequestName, ServiceName } from '../contracts/index.ts';
import {
  DeadLetterRepository,
  InboxRepository,
  OutboxRepository,
  type OutboxRow,
  type Pool,
} from '../persistence/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { AnswerInbox } from './answer-inbox.ts';
import { awaitConsumer } from './await-consumer.ts';
import { createEffectConfirmer } from './confirm-effects.ts';
import { type Broker, connectNats } from './connect-nats.ts';
import { buryEvent } from './dead-letter.ts';
import { declareConsumer, declareStreams } from './declare-streams.ts';
import { createDownloads, type Downloads } from './downloads.ts';
import { EventConsumer, type EventConsumerOptions } from './event-consumer.ts';
import { forgetOldInbox } from './forget-old-inbox.ts';
import { OutboxRelay } from './outbox-relay.ts';
import { createPublishEvents } from './publish-events.ts';
import { type Reply, sendReplies } from './replies.ts';
import { createRequester, type Requester } from './requester.ts';
import { type DownloadHandler, serveDownload } from './serve-download.ts';
import { type RequestResult, serveRequests } from './serve-requests.ts';

export interface MessagingSettings {
  service: ServiceName;
  natsUrl: string;
  /**
   * Seed of the NKey of the service. With it the service makes no stream and no consumer: it may not, and the operators'
   * tools have. Without, as the one user of a broker of one's own, it declares what it needs itself.
   */
  nkeySeed?: string | undefined;
  replicas: number;
  pool: Pool;
  logger: Logger;
}

/** Everything that a service says and hears over NATS. */
export interface Messaging {
  readonly broker: Broker;
  readonly requester: Requester;
  readonly downloads: Downloads;
  readonly relay: OutboxRelay;
  /** Says what was just committed; see `OutboxRelay.publish`. */
  publish(rows: readonly OutboxRow[]): void;
  reply(replies: readonly { replyto: string | undefined; reply: Reply }[]): void;
  createConsumer(
    options: Pick<EventConsumerOptions, 'contract' | 'lingerMs' | 'maxMessages' | 'handle'>,
  ): EventConsumer;
  serve(name: RequestName, handle: (items: unknown[]) => Promise<RequestResult[]>): () => Promise<void>;
  serveDownload(name: DownloadName, handle: DownloadHandler, atOnce?: number): () => Promise<void>;
  /** Consumers and relay, for the liveness probe. */
  progress(): { stalled: boolean; detail: string };
  /** Breaks off downloads that do not end soon, notes what was published and closes the connection. Consumers are stopped by their strategy before. */
  close(): Promise<void>;
}

/** Connects, declares the service's own streams and starts its outbox relay. */
export async function startMessaging({
  service,
  natsUrl,
  nkeySeed,
  replicas,
  pool,
  logger,
}: MessagingSettings): Promise<Messaging> {
  const broker = await connectNats({ url: natsUrl, nkeySeed, name: service, logger });
  const mayDeclare = nkeySeed === undefined;
  const declareOwn = atMostEvery(1_000, async () => {
    if (mayDeclare) await declareStreams(broker.manager, service, { replicas });
  });
  await declareOwn();
  const answers = new AnswerInbox(broker);
  const requester = createRequester(answers);
  const downloads = createDownloads(broker);
  const relay = new OutboxRelay({
    repository: new OutboxRepository(pool),
    publishEvents: createPublishEvents(answers),
    isConnected: () => broker.isConnected(),
    maxPayload: () => (broker.connection.info?.max_payload ?? 1_048_576) - headerBytes,
    confirmer: createEffectConfirmer(requester),
    declare: declareOwn,
    logger,
  });
  relay.start();
  const stopSignal = new AbortController();
  const forgetting = forgetOldInbox(new InboxRepository(pool), stopSignal.signal, logger);
  const deadLetters = new DeadLetterRepository(pool);
  const consumers: EventConsumer[] = [];

  return {
    broker,
    requester,
    downloads,
    relay,
    publish: (rows) => relay.publish(rows),
    reply: (replies) => sendReplies(broker.connection, service, replies),
    createConsumer(options) {
      const { contract } = options;
      const consumer = new EventConsumer({
        ...options,
        jetstream: broker.jetstream,
        declare: async () => {
          if (!mayDeclare) return awaitConsumer(broker, contract, logger);
          // The stream belongs to another service, but a consumer may well be there first.
          await declareStreams(broker.manager, ownerOf(contract.stream, service), { replicas });
          await declareConsumer(broker.manager, contract);
        },
        giveUp: async (event: EventEnvelope, error: unknown, tries: number) => {
          relay.publish(
            await buryEvent(deadLetters, { service, consumer: contract.durable, event, error, tries, logger }),
          );
        },
        logger,
      });
      consumers.push(consumer);
      return consumer;
    },
    serve: (name, handle) =>
      serveRequests({ connection: broker.connection, name, queueGroup: service, handle, logger }),
    serveDownload: (name, handle, atOnce) =>
      serveDownload({ connection: broker.connection, answers, name, queueGroup: service, handle, atOnce, logger }),
    progress() {
      const parts = [relay.progress(), ...consumers.map((consumer) => consumer.progress())];
      return { stalled: parts.some((part) => part.stalled), detail: parts.map((part) => part.detail).join('; ') };
    },
    async close() {
      stopSignal.abort();
      await forgetting;
      await downloads.close();
      await relay.stop();
      await broker.close();
    },
  };
}

/** Left for the headers of a message, which count. */
const headerBytes = 1_024;

function ownerOf(stream: string, self: ServiceName): ServiceName {
  return stream === 'DEAD_LETTERS' ? self : (stream.toLowerCase() as ServiceName);
}

/** Runs once when many ask at once, and not again within the pause. */
function atMostEvery(pauseMs: number, work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> | undefined;
  return () => {
    if (last === undefined) {
      last = work();
      last.then(
        () => setTimeout(() => (last = undefined), pauseMs).unref(),
        () => (last = undefined),
      );
    }
    return last;
  };
}
