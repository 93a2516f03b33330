import { headers, type NatsConnection } from '@nats-io/transport-node';
import { AppError, toWireError } from '../kernel/index.ts';
import type { AnswerInbox } from './answer-inbox.ts';
import { kindHeader, type MessageKind, sequenceHeader, stopHeader } from './download-protocol.ts';
import type { PieceSender } from './send-pieces.ts';

export interface RemoteReaderOptions {
  connection: NatsConnection;
  answers: AnswerInbox;
  /** `_INBOX.<reader>.<sender>.…` */
  inbox: string;
  /** A reader that took no piece for so long is gone. */
  answerMs: number;
  stopping: AbortSignal;
}

/** The reader of one download, as its sender sees it: at the other end of an inbox. */
export class RemoteReader implements PieceSender {
  /** Aborted as soon as the reader is gone, so that whoever prepares the next piece need not. */
  readonly gone = new AbortController();
  readonly #options: RemoteReaderOptions;
  readonly #name: string;
  #sent = 0;

  constructor(options: RemoteReaderOptions) {
    this.#options = options;
    this.#name = options.inbox.split('.')[1]!;
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
    if (!this.#options.connection.isClosed()) this.#say('error', JSON.stringify(toWireError(error)));
  }

  #say(kind: MessageKind, payload = ''): void {
    this.#options.connection.publish(this.#options.inbox, payload, { headers: this.#headersOf(kind) });
  }

  async #ask(kind: MessageKind, payload?: Uint8Array): Promise<void> {
    const { answers, inbox, answerMs, stopping } = this.#options;
    stopping.throwIfAborted();
    try {
      const options = { timeout: answerMs, headers: this.#headersOf(kind) };
      const answer = await answers.request(this.#name, inbox, payload, options);
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
