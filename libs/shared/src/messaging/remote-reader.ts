import { headers, type NatsConnection } from '@nats-io/transport-node';
import { AppError, toWireError } from '../kernel/index.ts';
import { kindHeader, type MessageKind, sequenceHeader, stopHeader } from './download-protocol.ts';
import type { PieceSender } from './send-pieces.ts';

/** The reader of one download, as its sender sees it: at the other end of an inbox. */
export class RemoteReader implements PieceSender {
  /** Aborted as soon as the reader is gone, so that whoever prepares the next piece need not. */
  readonly gone = new AbortController();
  readonly #connection: NatsConnection;
  readonly #inbox: string;
  readonly #answerMs: number;
  readonly #stopping: AbortSignal;
  #sent = 0;

  constructor(connection: NatsConnection, inbox: string, answerMs: number, stopping: AbortSignal) {
    this.#connection = connection;
    this.#inbox = inbox;
    this.#answerMs = answerMs;
    this.#stopping = stopping;
  }

  async piece(bytes: Uint8Array): Promise<void> {
    await this.#ask('piece', bytes);
    this.#sent += 1;
  }

  working(): Promise<void> {
    return this.#ask('working');
  }

  end(): void {
    this.#say('end');
  }

  /** A courtesy: a reader that it does not reach notices the silence. */
  error(error: unknown): void {
    if (!this.#connection.isClosed()) this.#say('error', JSON.stringify(toWireError(error)));
  }

  #say(kind: MessageKind, payload = ''): void {
    this.#connection.publish(this.#inbox, payload, { headers: this.#headersOf(kind) });
  }

  async #ask(kind: MessageKind, payload?: Uint8Array): Promise<void> {
    this.#stopping.throwIfAborted();
    try {
      const options = { timeout: this.#answerMs, headers: this.#headersOf(kind) };
      const answer = await this.#connection.request(this.#inbox, payload, options);
      if (answer.headers?.has(stopHeader)) throw new Error('The reader wants no more.');
    } catch (error) {
      const gone = readerGone(error);
      this.gone.abort(gone);
      throw gone;
    }
  }

  #headersOf(kind: MessageKind) {
    const header = headers();
    header.set(kindHeader, kind);
    header.set(sequenceHeader, String(this.#sent));
    return header;
  }
}

function readerGone(cause: unknown): AppError {
  return new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'The download was not taken in time.', { cause });
}
