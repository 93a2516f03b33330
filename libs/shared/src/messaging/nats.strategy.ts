import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { downloadCatalog, type DownloadName, type EventEnvelope, type RequestName } from '../contracts/index.ts';
import type { EventConsumer } from './event-consumer.ts';
import type { Messaging } from './messaging.ts';
import type { DownloadExtras } from './on-download.decorator.ts';
import type { EventsExtras } from './on-events.decorator.ts';
import type { RequestResult } from './serve-requests.ts';

/**
 * Nest's door to NATS: event handlers become durable JetStream consumers that take batches, message handlers become
 * queue subscriptions on core NATS, downloads as well. The work is in `EventConsumer` and `serveRequests`; this only binds.
 */
export class NatsStrategy extends Server implements CustomTransportStrategy {
  private readonly messaging: Messaging;
  private consumers: EventConsumer[] = [];
  private stopServing: (() => Promise<void>)[] = [];

  constructor(messaging: Messaging) {
    super();
    this.messaging = messaging;
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      for (const [pattern, handler] of this.messageHandlers) {
        if (handler.isEventHandler) await this.consume(handler);
        else if (Object.hasOwn(downloadCatalog, pattern)) this.serveDownload(pattern as DownloadName, handler);
        else this.serve(pattern as RequestName, handler);
      }
      // The server knows the subscriptions only now; before that a question finds nobody.
      await this.messaging.broker.connection.flush();
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** Stops taking, finishes what is in hand, gives back the rest. */
  async close(): Promise<void> {
    await Promise.all([
      ...this.consumers.map((consumer) => consumer.stop()),
      ...this.stopServing.map((stop) => stop()),
    ]);
    this.consumers = [];
    this.stopServing = [];
  }

  on(): never {
    throw new Error('Connection events are logged by the messaging room.');
  }

  unwrap<Unwrapped>(): Unwrapped {
    return this.messaging.broker.connection as Unwrapped;
  }

  private async consume(handler: MessageHandler): Promise<void> {
    const extras = handler.extras as unknown as EventsExtras;
    const consumer = this.messaging.createConsumer({
      contract: { stream: extras.stream, durable: extras.durable, subject: extras.subject },
      lingerMs: extras.lingerMs,
      maxMessages: extras.maxMessages,
      handle: (events: EventEnvelope[]) => this.invoke<void>(handler, events),
    });
    await consumer.start();
    this.consumers.push(consumer);
  }

  private serve(name: RequestName, handler: MessageHandler): void {
    this.stopServing.push(this.messaging.serve(name, (items) => this.invoke<RequestResult[]>(handler, items)));
  }

  private serveDownload(name: DownloadName, handler: MessageHandler): void {
    const { atOnce } = (handler.extras ?? {}) as DownloadExtras;
    this.stopServing.push(
      this.messaging.serveDownload(
        name,
        (item, context) => this.invoke<AsyncIterable<Uint8Array>>(handler, item, context),
        atOnce,
      ),
    );
  }

  private async invoke<Value>(handler: MessageHandler, data: unknown, context?: unknown): Promise<Value> {
    const stream = this.transformToObservable(await handler(data, context));
    return (await lastValueFrom(stream, { defaultValue: undefined })) as Value;
  }
}
