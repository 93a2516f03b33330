import { setTimeout as delay } from 'node:timers/promises';
import type { ConsumerMessages, JetStreamClient, JsMsg } from '@nats-io/jetstream';
import type { EventEnvelope } from '../contracts/index.ts';
import { asAppError } from '../kernel/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { ackWaitMs, type ConsumerContract } from './declare-streams.ts';
import { parseBatch, refuseForeignEvents } from './event-batch.ts';
import { handleInHalves } from './handle-in-halves.ts';
import { traceBatch } from './trace-batch.ts';

export interface EventConsumerOptions {
  jetstream: JetStreamClient;
  contract: ConsumerContract;
  /** Waits so long for more before a batch is handled: for work that nobody waits for. */
  lingerMs?: number;
  /** Messages of one batch at most; each may hold many events. */
  maxMessages?: number;
  /** Takes all events of one or more messages, in one transaction. */
  handle: (events: EventEnvelope[]) => Promise<void>;
  giveUp: (event: EventEnvelope, error: unknown, tries: number) => Promise<void>;
  /** Declares stream and consumer again after the broker lost them. */
  declare: () => Promise<void>;
  logger: Logger;
}

const stalledAfterMs = 60_000;
const batchBytes = 256 * 1024;

/** A durable pull consumer that handles whatever has come since its last batch, all at once. */
export class EventConsumer {
  private readonly options: EventConsumerOptions;
  private readonly waiting: JsMsg[] = [];
  private wake: (() => void) | undefined;
  private messages: ConsumerMessages | undefined;
  private loop: Promise<void> | undefined;
  private stopping = false;
  private waitingBytes = 0;
  private lingering: AbortController | undefined;
  private inFlight: JsMsg[] = [];
  private lastProgress = Date.now();

  constructor(options: EventConsumerOptions) {
    this.options = options;
  }

  async start(): Promise<void> {
    await this.options.declare();
    await this.subscribe();
    this.loop = this.run();
  }

  /** Stops pulling, finishes the batch in hand and gives the rest back. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.lingering?.abort();
    this.messages?.stop();
    this.wake?.();
    await this.loop;
    for (const message of this.waiting.splice(0)) message.nak();
  }

  /** Stalled: messages wait, and none was settled for a minute. A failed try counts as progress, silence does not. */
  progress(): { stalled: boolean; detail: string } {
    const held = this.waiting.length + this.inFlight.length;
    const idleMs = Date.now() - this.lastProgress;
    return { stalled: held > 0 && idleMs > stalledAfterMs, detail: `${held} held, last progress ${idleMs} ms ago` };
  }

  private async subscribe(): Promise<void> {
    const { jetstream, contract, maxMessages = 256 } = this.options;
    const consumer = await jetstream.consumers.get(contract.stream, contract.durable);
    this.messages = await consumer.consume({
      max_messages: maxMessages,
      threshold_messages: Math.ceil(maxMessages / 2),
      expires: 10_000,
      callback: (message) => {
        if (this.waiting.length === 0 && this.inFlight.length === 0) this.lastProgress = Date.now();
        this.waiting.push(message);
        this.waitingBytes += message.data.length;
        this.wake?.();
        if (this.isBatchFull(maxMessages)) this.lingering?.abort();
      },
    });
    void this.watch(this.messages);
  }

  /** The client recovers from a restart of the broker by itself, but not from the loss of its disk. */
  private async watch(messages: ConsumerMessages): Promise<void> {
    const { declare, logger, contract } = this.options;
    for await (const status of messages.status()) {
      if (!/not_found|deleted/.test(status.type) || this.stopping) continue;
      logger.warn(
        { consumer: contract.durable, status: status.type },
        'the broker lost a stream or consumer; declaring it again',
      );
      await declare().catch((error: unknown) => logger.warn({ err: error }, 'declaring again failed'));
    }
    if (this.stopping) return;
    logger.warn({ consumer: contract.durable }, 'consuming ended by itself; starting again');
    while (!this.stopping) {
      try {
        await declare();
        return await this.subscribe();
      } catch (error) {
        logger.warn({ err: error, consumer: contract.durable }, 'cannot consume yet');
        await delay(1_000);
      }
    }
  }

  private async run(): Promise<void> {
    const { lingerMs = 0, maxMessages = 256 } = this.options;
    while (!this.stopping) {
      if (this.waiting.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
      if (lingerMs > 0 && !this.stopping && !this.isBatchFull(maxMessages)) await this.linger(lingerMs);
      if (this.stopping || this.waiting.length === 0) continue;
      this.inFlight = this.takeBatch(maxMessages);
      const failed = await this.handleBatch(this.inFlight);
      this.inFlight = [];
      this.lastProgress = Date.now();
      if (failed && !this.stopping) await delay(250);
    }
  }

  private async linger(ms: number): Promise<void> {
    this.lingering = new AbortController();
    await delay(ms, undefined, { signal: this.lingering.signal }).catch(() => {});
    this.lingering = undefined;
  }

  /** More would not go into the batch anyway: lingering on would hold up a backlog. */
  private isBatchFull(maxMessages: number): boolean {
    return this.waiting.length >= maxMessages || this.waitingBytes > batchBytes;
  }

  /** After an outage much waits at once; what a batch gives rise to must fit one message again. */
  private takeBatch(maxMessages: number): JsMsg[] {
    let bytes = 0;
    const end = this.waiting.findIndex((message, index) => {
      bytes += message.data.length;
      return index > 0 && (index >= maxMessages || bytes > batchBytes);
    });
    const batch = this.waiting.splice(0, end === -1 ? this.waiting.length : end);
    for (const message of batch) this.waitingBytes -= message.data.length;
    return batch;
  }

  private async handleBatch(messages: JsMsg[]): Promise<boolean> {
    const { handle, giveUp, logger, contract } = this.options;
    const heartbeat = setInterval(() => messages.forEach((message) => message.working()), ackWaitMs / 3);
    try {
      const events = await this.readEvents(messages);
      await traceBatch(contract.durable, events, () => handleInHalves(events, { handle, giveUp }));
      for (const message of messages) message.ack();
      return false;
    } catch (error) {
      const reason = asAppError(error)?.code ?? 'unexpected';
      logger.warn(
        { err: error, consumer: contract.durable, messages: messages.length, reason },
        'batch goes back to the broker',
      );
      for (const message of messages) message.nak(1_000 + Math.random() * 1_000);
      return true;
    } finally {
      clearInterval(heartbeat);
    }
  }

  private async readEvents(messages: JsMsg[]): Promise<EventEnvelope[]> {
    const events: EventEnvelope[] = [];
    for (const message of messages) {
      try {
        const batch = parseBatch(message.data);
        refuseForeignEvents(batch, message.subject, this.options.contract.stream);
        for (const event of batch) events.push(event);
      } catch (error) {
        await this.options.giveUp(this.poisonOf(message), error, 1);
      }
    }
    return events;
  }

  /** What cannot be read is kept as it came, as text, under its place in the stream. */
  private poisonOf(message: JsMsg): EventEnvelope {
    return {
      specversion: '1.0',
      id: `${message.info.stream}:${message.seq}`,
      source: '/unreadable',
      type: message.subject,
      subject: '',
      time: new Date(message.info.timestampNanos / 1e6).toISOString(),
      datacontenttype: 'application/json',
      data: { text: Buffer.from(message.data).toString('utf8').replaceAll('\u0000', '\\u0000') },
    } as unknown as EventEnvelope;
  }
}
