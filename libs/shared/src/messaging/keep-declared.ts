import { setTimeout as delay } from 'node:timers/promises';
import { consumerCatalog, type ConsumerEntry, streams } from '../contracts/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { type Broker, connectNats } from './connect-nats.ts';
import { declareConsumer, declareStream } from './declare-streams.ts';

export interface DeclareSettings {
  url: string;
  /** Of the user `operator`; absent: user and password of the URL, who must be allowed to. */
  nkeySeed?: string | undefined;
  /** 1, or 3 on a cluster. */
  replicas?: number;
  logger: Logger;
}

/** Makes every stream and consumer of the catalogues that is missing. Throws on one that differs from its declaration. */
export async function declareAll(broker: Broker, replicas: number): Promise<void> {
  for (const stream of streams) await declareStream(broker.manager, stream, { replicas });
  const consumers: [string, ConsumerEntry][] = Object.entries(consumerCatalog);
  for (const [durable, { stream, subject }] of consumers) {
    await declareConsumer(broker.manager, { stream, durable, ...(subject && { subject }) });
  }
}

export interface DeclaredBroker {
  stop(): Promise<void>;
}

const lookAgainMs = 30_000;
const retryMs = 500;

/**
 * Declares everything, and again whenever the broker comes back, for it may have lost its disk: the services cannot.
 * Resolves after the first time, which throws on a difference; later ones are logged and tried again.
 */
export async function keepDeclared({ url, nkeySeed, replicas = 1, logger }: DeclareSettings): Promise<DeclaredBroker> {
  const broker = await connectNats({ url, nkeySeed, name: 'operator', logger });
  try {
    await declareAll(broker, replicas);
  } catch (error) {
    await broker.connection.close();
    throw error;
  }
  const stopping = new AbortController();
  let wake = new AbortController();
  broker.onReconnect(() => wake.abort());

  async function keep(): Promise<void> {
    let pauseMs = lookAgainMs;
    while (!stopping.signal.aborted) {
      await delay(pauseMs, undefined, { signal: AbortSignal.any([wake.signal, stopping.signal]), ref: false }).catch(
        () => {},
      );
      if (stopping.signal.aborted) return;
      wake = new AbortController();
      pauseMs = lookAgainMs;
      if (!broker.isConnected()) continue;
      try {
        await declareAll(broker, replicas);
      } catch (error) {
        pauseMs = retryMs;
        logger.warn({ err: error }, 'streams and consumers could not be declared; trying again');
      }
    }
  }

  const keeping = keep();
  return {
    async stop() {
      stopping.abort();
      await keeping;
      await broker.connection.close();
    },
  };
}
