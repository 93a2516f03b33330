import type { Msg, Subscription } from '@nats-io/transport-node';
import { headers } from '@nats-io/transport-node';
import { AppError, fromWireError, type WireError } from '../kernel/index.ts';
import { kindHeader, type MessageKind, sequenceHeader, stopHeader } from './download-protocol.ts';

export interface DownloadOptions {
  name: string;
  /** A sender that was silent for so many milliseconds is gone. */
  silenceMs: number;
  /** Called once, with what went wrong if something did. */
  onEnd: (failure?: Error) => void;
}

interface Waiter {
  resolve: (step: IteratorResult<Uint8Array, undefined>) => void;
  reject: (error: Error) => void;
}

/**
 * A download as its reader sees it. A piece is answered when the next one is asked for. It either ends, or throws: when
 * the sender says so, falls silent, or a piece is missing or comes twice.
 */
export class Download implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #options: DownloadOptions;
  #subscription: Subscription | undefined;
  #expected = 0;
  /** The piece that is here; it is answered when the next is wanted. */
  #held: { message: Msg; isTaken: boolean } | undefined;
  #waiter: Waiter | undefined;
  #beginning: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #silence: NodeJS.Timeout | undefined;
  #isOver = false;
  /** The sender has said its last word. */
  #isLast = false;
  #failure: Error | undefined;

  constructor(options: DownloadOptions) {
    this.#options = options;
  }

  /** Resolves when the first piece is here, or the end of an empty answer. `ask` sends the question. */
  begin(subscription: Subscription, timeoutMs: number, ask: () => void): Promise<void> {
    this.#subscription = subscription;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.fail(unavailable(`No answer to ${this.#options.name} in time.`)), timeoutMs);
      const settle = () => {
        clearTimeout(timer);
        this.#beginning = undefined;
      };
      this.#beginning = { resolve: () => (settle(), resolve()), reject: (error) => (settle(), reject(error)) };
      this.#listen();
      ask();
    });
  }

  receive(error: Error | null, message: Msg): void {
    if (this.#isOver) return this.#refuse(error, message);
    if (error) return this.fail(unavailable(`The answer to ${this.#options.name} broke off.`, error));
    if (message.headers?.code === 503) return this.fail(unavailable(`Nobody answers ${this.#options.name} now.`));
    const kind = message.headers?.get(kindHeader) as MessageKind | undefined;
    if (kind === 'error') {
      this.#isLast = true;
      return this.fail(fromWireError(message.json<WireError>()));
    }
    const isNext = Number(message.headers?.get(sequenceHeader)) === this.#expected && this.#held === undefined;
    if (kind === undefined || !isNext) {
      stop(message);
      return this.fail(unavailable(`A piece of the answer to ${this.#options.name} is missing or came twice.`));
    }
    if (kind === 'end') {
      this.#isLast = true;
      return this.#end();
    }
    if (kind === 'working') {
      message.respond();
      return this.#listen();
    }
    this.#hold(message);
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const failure = this.#failure;
    if (failure) {
      this.#failure = undefined;
      return Promise.reject(failure);
    }
    if (this.#held?.isTaken === false) return Promise.resolve(this.#take(this.#held));
    if (this.#isOver) return Promise.resolve({ done: true, value: undefined });
    this.#held?.message.respond();
    this.#held = undefined;
    this.#listen();
    return new Promise((resolve, reject) => (this.#waiter = { resolve, reject }));
  }

  /** The reader wants no more. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Breaks off: the next that is asked for throws `failure`. */
  fail(failure: Error): void {
    if (this.#isOver) return;
    this.#close(failure);
    if (this.#waiter ?? this.#beginning) {
      this.#waiter?.reject(failure);
      this.#beginning?.reject(failure);
    } else {
      this.#failure = failure;
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #hold(message: Msg): void {
    clearTimeout(this.#silence);
    this.#expected += 1;
    this.#held = { message, isTaken: false };
    this.#beginning?.resolve();
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.resolve(this.#take(this.#held));
  }

  #take(held: { message: Msg; isTaken: boolean }): IteratorResult<Uint8Array, undefined> {
    held.isTaken = true;
    return { done: false, value: held.message.data };
  }

  #end(): void {
    if (this.#isOver) return;
    this.#close();
    this.#beginning?.resolve();
    this.#waiter?.resolve({ done: true, value: undefined });
  }

  #close(failure?: Error): void {
    this.#isOver = true;
    clearTimeout(this.#silence);
    if (this.#held) stop(this.#held.message);
    // A piece may be on its way: without an answer its sender would wait for half a minute, with all that it holds.
    if (this.#held || this.#isLast) this.#subscription?.unsubscribe();
    else this.#silence = setTimeout(() => this.#subscription?.unsubscribe(), this.#options.silenceMs).unref();
    this.#held = undefined;
    this.#options.onEnd(failure);
  }

  /** What comes when nobody reads any more. */
  #refuse(error: Error | null, message: Msg): void {
    clearTimeout(this.#silence);
    this.#subscription?.unsubscribe();
    if (error === null && message.reply) stop(message);
  }

  /** The sender has the word. */
  #listen(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(
      () => this.fail(unavailable(`Whoever answered ${this.#options.name} fell silent.`)),
      this.#options.silenceMs,
    );
  }
}

function stop(message: Msg): void {
  const header = headers();
  header.set(stopHeader, 'yes');
  message.respond(undefined, { headers: header });
}

function unavailable(message: string, cause?: unknown): AppError {
  return new AppError('MESSAGING.UNAVAILABLE', 'unavailable', message, { cause, retryAfterSeconds: 2 });
}
